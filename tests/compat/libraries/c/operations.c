// What is done to nodes that are there: data, versions, children, deletion.
#include <stdlib.h>
#include <string.h>

#include "nodes.h"
#include "stages.h"

static void data_and_its_version(struct Session* s) {
  struct Stat stat;
  char data[16] = "";
  int size = sizeof(data);
  step("data is read with its stat, and no more of it than there is room for");
  CREATE(s, "/operations/data", "0123456789");
  EXPECT_OK(zoo_get(s->zk, "/operations/data", 0, data, &size, &stat));
  EXPECT_NUMBER(10, size);
  EXPECT_TEXT("0123456789", data);
  EXPECT_NUMBER(10, stat.dataLength);
  size = 4;
  EXPECT_OK(zoo_get(s->zk, "/operations/data", 0, data, &size, NULL));
  EXPECT_NUMBER(4, size);

  step(
      "a set counts the version up and tells the stat; one of another version is refused and changes "
      "nothing");
  EXPECT_OK(zoo_set2(s->zk, "/operations/data", "new", 3, 0, &stat));
  EXPECT_NUMBER(1, stat.version);
  EXPECT_TRUE(stat.mzxid > stat.czxid && stat.mtime >= stat.ctime);
  EXPECT_CODE(ZBADVERSION, zoo_set(s->zk, "/operations/data", "lost", 4, 0));
  EXPECT_DATA(s, "/operations/data", "new");
  EXPECT_OK(zoo_set(s->zk, "/operations/data", "any", 3, -1));
  EXPECT_NUMBER(2, stat_of(s, "/operations/data").version);
  EXPECT_CODE(ZNONODE, zoo_set(s->zk, "/operations/none", "", 0, -1));
  size = sizeof(data);
  EXPECT_CODE(ZNONODE, zoo_get(s->zk, "/operations/none", 0, data, &size, NULL));
}

static void null_and_large_data(struct Session* s) {
  enum { kLarge = 1000000 };
  char byte;
  int size = 1;
  step("no data is told from empty data");
  EXPECT_OK(zoo_create(s->zk, "/operations/null", NULL, -1, &ZOO_OPEN_ACL_UNSAFE, ZOO_PERSISTENT, NULL, 0));
  EXPECT_OK(zoo_get(s->zk, "/operations/null", 0, &byte, &size, NULL));
  EXPECT_NUMBER(-1, size);
  CREATE(s, "/operations/empty", "");
  size = 1;
  EXPECT_OK(zoo_get(s->zk, "/operations/empty", 0, &byte, &size, NULL));
  EXPECT_NUMBER(0, size);

  step("a million bytes come back as they were");
  char* sent = malloc(kLarge);
  char* found = malloc(kLarge);
  for (int i = 0; i < kLarge; ++i) sent[i] = (char)(i * 2654435761u >> 13);
  EXPECT_OK(
      zoo_create(s->zk, "/operations/large", sent, kLarge, &ZOO_OPEN_ACL_UNSAFE, ZOO_PERSISTENT, NULL, 0));
  size = kLarge;
  EXPECT_OK(zoo_get(s->zk, "/operations/large", 0, found, &size, NULL));
  EXPECT_NUMBER(kLarge, size);
  EXPECT_NUMBER(0, memcmp(sent, found, kLarge));
  free(sent);
  free(found);
}

static void children(struct Session* s) {
  struct String_vector names;
  struct Stat stat;
  step("children are named, with the parent's stat or without");
  CREATE(s, "/operations/parent", "");
  EXPECT_OK(zoo_get_children(s->zk, "/operations/parent", 0, &names));
  EXPECT_NUMBER(0, names.count);
  deallocate_String_vector(&names);
  CREATE(s, "/operations/parent/b", "");
  CREATE(s, "/operations/parent/a", "");
  EXPECT_TEXT("a b ", children_of(s, "/operations/parent").text);
  EXPECT_OK(zoo_get_children2(s->zk, "/operations/parent", 0, &names, &stat));
  EXPECT_NUMBER(2, names.count);
  EXPECT_NUMBER(2, stat.numChildren);
  EXPECT_NUMBER(2, stat.cversion);
  EXPECT_NUMBER(stat_of(s, "/operations/parent/a").czxid, stat.pzxid);
  deallocate_String_vector(&names);
  EXPECT_CODE(ZNONODE, zoo_get_children(s->zk, "/operations/none", 0, &names));
  EXPECT_CODE(ZNONODE, zoo_get_children2(s->zk, "/operations/none", 0, &names, &stat));
}

static void deletion(struct Session* s) {
  step("a node is deleted at its version, and not while it has children");
  EXPECT_CODE(ZNOTEMPTY, zoo_delete(s->zk, "/operations/parent", -1));
  EXPECT_CODE(ZBADVERSION, zoo_delete(s->zk, "/operations/parent/a", 3));
  EXPECT_OK(zoo_delete(s->zk, "/operations/parent/a", 0));
  EXPECT_CODE(ZNONODE, zoo_delete(s->zk, "/operations/parent/a", -1));
  EXPECT_CODE(ZNONODE, zoo_exists(s->zk, "/operations/parent/a", 0, NULL));
  EXPECT_NUMBER(3, stat_of(s, "/operations/parent").cversion);
  step("the root and what is ZooKeeper's own stay");
  EXPECT_CODE(ZBADARGUMENTS, zoo_delete(s->zk, "/", -1));
  EXPECT_CODE(ZBADARGUMENTS, zoo_delete(s->zk, "/zookeeper/config", -1));
}

static void lists_of_rights(struct Session* s) {
  struct ACL_vector acl;
  struct Stat stat;
  step("a list of rights is read and set at its own version");
  EXPECT_OK(zoo_get_acl(s->zk, "/operations/data", &acl, &stat));
  EXPECT_NUMBER(1, acl.count);
  EXPECT_NUMBER(ZOO_PERM_ALL, acl.data[0].perms);
  EXPECT_TEXT("world", acl.data[0].id.scheme);
  EXPECT_TEXT("anyone", acl.data[0].id.id);
  deallocate_ACL_vector(&acl);
  EXPECT_CODE(ZBADVERSION, zoo_set_acl(s->zk, "/operations/data", 7, &ZOO_READ_ACL_UNSAFE));
  EXPECT_OK(zoo_set_acl(s->zk, "/operations/data", 0, &ZOO_READ_ACL_UNSAFE));
  EXPECT_OK(zoo_get_acl(s->zk, "/operations/data", &acl, &stat));
  EXPECT_NUMBER(ZOO_PERM_READ, acl.data[0].perms);
  EXPECT_NUMBER(1, stat.aversion);
  deallocate_ACL_vector(&acl);
  step("and counts at once");
  EXPECT_CODE(ZNOAUTH, zoo_set(s->zk, "/operations/data", "no", 2, -1));
  EXPECT_CODE(ZNOAUTH, zoo_set_acl(s->zk, "/operations/data", 1, &ZOO_OPEN_ACL_UNSAFE));
  EXPECT_CODE(ZNONODE, zoo_get_acl(s->zk, "/operations/none", &acl, &stat));
  EXPECT_CODE(ZNONODE, zoo_set_acl(s->zk, "/operations/none", -1, &ZOO_OPEN_ACL_UNSAFE));
}

void operations(const struct Arguments* arguments) {
  struct Session session;
  session_open(&session, arguments->servers, kPatientMs, 0);
  clear(&session, "/operations");
  CREATE(&session, "/operations", "");
  data_and_its_version(&session);
  null_and_large_data(&session);
  children(&session);
  deletion(&session);
  lists_of_rights(&session);
  clear(&session, "/operations");
  session_close(&session);
}
