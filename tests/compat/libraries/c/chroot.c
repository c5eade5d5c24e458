// A session whose paths begin below a node: what it says and is told is without that node's path, on the
// server it is there.
#include <stdio.h>

#include "nodes.h"
#include "stages.h"

static void told_string(int code, const char* value, const void* name) {
  record_line(name, "%s %s", zerror(code), code == ZOK ? value : "");
}

static void below(struct Session* inner, struct Session* outer) {
  char created[128];
  step("below a root that is not there nothing is created");
  EXPECT_CODE(ZNONODE, create_node(inner, "/a", "in"));
  step("the root itself is a node of that session");
  CREATE(inner, "/", "root");
  EXPECT_QUIET(outer);
  EXPECT_DATA(outer, "/chroot", "root");
  step("what it creates is below its root, and it is told the path without it");
  EXPECT_OK(zoo_create(inner->zk, "/a-", "in", 2, &ZOO_OPEN_ACL_UNSAFE, ZOO_PERSISTENT_SEQUENTIAL, created,
                       sizeof(created)));
  EXPECT_TEXT("/a-0000000000", created);
  EXPECT_QUIET(outer);
  EXPECT_DATA(outer, "/chroot/a-0000000000", "in");
  EXPECT_TEXT("a-0000000000 ", children_of(inner, "/").text);
}

static void multi_below(struct Session* inner, struct Session* outer) {
  char created[128];
  zoo_op_t ops[2];
  zoo_op_result_t results[2];
  step("so does a multi");
  zoo_create_op_init(&ops[0], "/m", "m", 1, &ZOO_OPEN_ACL_UNSAFE, ZOO_PERSISTENT, created, sizeof(created));
  zoo_delete_op_init(&ops[1], "/a-0000000000", -1);
  EXPECT_OK(zoo_multi(inner->zk, 2, ops, results));
  EXPECT_TEXT("/m", created);
  EXPECT_QUIET(outer);
  EXPECT_TEXT("m ", children_of(outer, "/chroot").text);
}

static void watched_below(struct Session* inner, struct Session* outer) {
  static struct Name data, parent, sync;
  data = (struct Name){inner, "data"};
  parent = (struct Name){inner, "parent"};
  sync = (struct Name){inner, "sync"};
  struct String_vector names;
  int size = 0;
  step("events name paths of the session, and so does a sync");
  EXPECT_OK(zoo_wget(inner->zk, "/m", named_watcher, &data, NULL, &size, NULL));
  EXPECT_OK(zoo_wget_children(inner->zk, "/", named_watcher, &parent, &names));
  deallocate_String_vector(&names);
  SET(outer, "/chroot/m", "changed");
  EXPECT_NEXT(inner, "data: changed /m");
  CREATE(outer, "/chroot/n", "");
  EXPECT_NEXT(inner, "parent: child /");
  EXPECT_OK(zoo_async(inner->zk, "/m", told_string, &sync));
  EXPECT_NEXT(inner, "sync: ok /m");
  step("outside of its root nothing can be named");
  EXPECT_CODE(ZNONODE, zoo_exists(inner->zk, "/chroot", 0, NULL));
}

void chroot_of_a_session(const struct Arguments* arguments) {
  struct Session outer, inner;
  char servers[512];
  session_open(&outer, arguments->direct, kPatientMs, 0);
  clear(&outer, "/chroot");
  snprintf(servers, sizeof(servers), "%s/chroot", arguments->servers);
  session_open(&inner, servers, kPatientMs, 0);
  EXPECT_QUIET(&inner);
  below(&inner, &outer);
  multi_below(&inner, &outer);
  watched_below(&inner, &outer);
  session_close(&inner);
  clear(&outer, "/chroot");
  session_close(&outer);
}
