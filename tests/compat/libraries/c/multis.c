// Several operations as one. No containers: the library misreads the result of creating one, which is that of
// a create2.
#include <string.h>

#include "nodes.h"
#include "stages.h"

static void all_of_them(struct Session* s) {
  char plain[64] = "", numbered[64] = "";
  struct Stat stat;
  zoo_op_t ops[6];
  zoo_op_result_t results[6];
  step("all operations of a multi are done, each told its result");
  zoo_create_op_init(&ops[0], "/multis/a", "a", 1, &ZOO_OPEN_ACL_UNSAFE, ZOO_PERSISTENT, plain,
                     sizeof(plain));
  zoo_create_op_init(&ops[1], "/multis/n-", "n", 1, &ZOO_OPEN_ACL_UNSAFE, ZOO_EPHEMERAL_SEQUENTIAL, numbered,
                     sizeof(numbered));
  zoo_set_op_init(&ops[2], "/multis/a", "changed", 7, 0, &stat);
  zoo_check_op_init(&ops[3], "/multis/a", 1);
  zoo_create_op_init(&ops[4], "/multis/gone", "", 0, &ZOO_OPEN_ACL_UNSAFE, ZOO_PERSISTENT, NULL, 0);
  zoo_delete_op_init(&ops[5], "/multis/gone", 0);
  EXPECT_OK(zoo_multi(s->zk, 6, ops, results));
  for (int i = 0; i < 6; ++i) EXPECT_CODE(ZOK, results[i].err);
  EXPECT_TEXT("/multis/a", plain);
  EXPECT_TEXT("/multis/n-0000000001", numbered);
  EXPECT_NUMBER(1, stat.version);
  EXPECT_NUMBER(7, stat.dataLength);
  EXPECT_TEXT("a n-0000000001 ", children_of(s, "/multis").text);
  EXPECT_DATA(s, "/multis/a", "changed");

  step("they are one transaction");
  EXPECT_NUMBER(stat.mzxid, stat_of(s, numbered).czxid);
  EXPECT_NUMBER(4, stat_of(s, "/multis").cversion);
}

// The second of three fails with `code`: the first is told that it was well, the third that it was not tried.
static void fails_whole(struct Session* s, const char* words, const zoo_op_t* failing, int code) {
  zoo_op_t ops[3];
  zoo_op_result_t results[3];
  step(words);
  zoo_set_op_init(&ops[0], "/multis/a", "lost", 4, -1, NULL);
  ops[1] = *failing;
  zoo_create_op_init(&ops[2], "/multis/lost", "", 0, &ZOO_OPEN_ACL_UNSAFE, ZOO_PERSISTENT, NULL, 0);
  EXPECT_CODE(code, zoo_multi(s->zk, 3, ops, results));
  EXPECT_CODE(ZOK, results[0].err);
  EXPECT_CODE(code, results[1].err);
  EXPECT_CODE(ZRUNTIMEINCONSISTENCY, results[2].err);
  EXPECT_DATA(s, "/multis/a", "changed");
  EXPECT_CODE(ZNONODE, zoo_exists(s->zk, "/multis/lost", 0, NULL));
}

static void none_of_them(struct Session* s) {
  zoo_op_t op;
  zoo_create_op_init(&op, "/multis/a", "", 0, &ZOO_OPEN_ACL_UNSAFE, ZOO_PERSISTENT, NULL, 0);
  fails_whole(s, "a create of what is there undoes the whole multi", &op, ZNODEEXISTS);
  zoo_check_op_init(&op, "/multis/a", 0);
  fails_whole(s, "so does a check of the version before the multi's own set", &op, ZBADVERSION);
  zoo_delete_op_init(&op, "/multis/none", -1);
  fails_whole(s, "so does a delete of what is not there", &op, ZNONODE);
  zoo_delete_op_init(&op, "/multis", -1);
  fails_whole(s, "so does a delete of a parent", &op, ZNOTEMPTY);
  zoo_set_op_init(&op, "/multis/none", "", 0, -1, NULL);
  fails_whole(s, "so does a set of what is not there", &op, ZNONODE);
  zoo_create_op_init(&op, "/multis/n-0000000001/child", "", 0, &ZOO_OPEN_ACL_UNSAFE, ZOO_PERSISTENT, NULL, 0);
  fails_whole(s, "so does a child of an ephemeral node", &op, ZNOCHILDRENFOREPHEMERALS);
  step("a multi of nothing is well");
  EXPECT_OK(zoo_multi(s->zk, 0, NULL, NULL));
}

static void watches_before_the_reply(struct Session* s) {
  static struct Name data, parent, reply;
  data = (struct Name){s, "data"};
  parent = (struct Name){s, "parent"};
  reply = (struct Name){s, "multi"};
  static zoo_op_t ops[2];
  static zoo_op_result_t results[2];
  int size = 0;
  struct String_vector names;
  step("what a multi changes is told to watches in the order of its operations, and before its reply");
  EXPECT_OK(zoo_wget(s->zk, "/multis/a", named_watcher, &data, NULL, &size, NULL));
  EXPECT_OK(zoo_wget_children(s->zk, "/multis", named_watcher, &parent, &names));
  deallocate_String_vector(&names);
  zoo_create_op_init(&ops[0], "/multis/last", "", 0, &ZOO_OPEN_ACL_UNSAFE, ZOO_PERSISTENT, NULL, 0);
  zoo_set_op_init(&ops[1], "/multis/a", "again", 5, -1, NULL);
  EXPECT_OK(zoo_amulti(s->zk, 2, ops, results, record_code, &reply));
  EXPECT_NEXT(s, "parent: child /multis");
  EXPECT_NEXT(s, "data: changed /multis/a");
  EXPECT_NEXT(s, "multi: ok");
}

void multis(const struct Arguments* arguments) {
  struct Session session;
  session_open(&session, arguments->servers, kPatientMs, 0);
  clear(&session, "/multis");
  CREATE(&session, "/multis", "");
  all_of_them(&session);
  none_of_them(&session);
  watches_before_the_reply(&session);
  clear(&session, "/multis");
  session_close(&session);
}
