// Who a session is, and what it may do then.
#include <stdio.h>
#include <string.h>

#include "nodes.h"
#include "stages.h"

static struct Name joined;

static void join(struct Session* s, const char* scheme, const char* proof, const char* told) {
  joined = (struct Name){s, "auth"};
  EXPECT_OK(zoo_add_auth(s->zk, scheme, proof, (int)strlen(proof), record_code, &joined));
  EXPECT_NEXT(s, told);
}

// Whether it may ask for the node's stat is not the same in all releases: 3.8.4 and 3.9.2 began to say no.
static void refused_everything(struct Session* s, const char* path) {
  struct String_vector names;
  struct ACL_vector acl;
  struct Stat stat;
  char child[256], byte;
  int size = 1;
  snprintf(child, sizeof(child), "%s/child", path);
  EXPECT_CODE(ZNOAUTH, zoo_get(s->zk, path, 0, &byte, &size, NULL));
  EXPECT_CODE(ZNOAUTH, set_node(s, path, "no"));
  EXPECT_CODE(ZNOAUTH, zoo_get_children(s->zk, path, 0, &names));
  EXPECT_CODE(ZNOAUTH, create_node(s, child, "no"));
  EXPECT_CODE(ZNOAUTH, zoo_delete(s->zk, child, -1));
  EXPECT_CODE(ZNOAUTH, zoo_get_acl(s->zk, path, &acl, &stat));
  EXPECT_CODE(ZNOAUTH, zoo_set_acl(s->zk, path, -1, &ZOO_OPEN_ACL_UNSAFE));
}

static void digest(struct Session* alice, struct Session* stranger) {
  struct ACL_vector acl;
  struct Stat stat;
  step("rights of a session's own identities need one");
  EXPECT_CODE(ZINVALIDACL,
              zoo_create(alice->zk, "/rights/a", "", 0, &ZOO_CREATOR_ALL_ACL, ZOO_PERSISTENT, NULL, 0));
  join(alice, "digest", "alice:secret", "auth: ok");
  EXPECT_OK(zoo_create(alice->zk, "/rights/a", "own", 3, &ZOO_CREATOR_ALL_ACL, ZOO_PERSISTENT, NULL, 0));
  EXPECT_OK(zoo_create(alice->zk, "/rights/a/child", "", 0, &ZOO_OPEN_ACL_UNSAFE, ZOO_PERSISTENT, NULL, 0));
  EXPECT_OK(zoo_get_acl(alice->zk, "/rights/a", &acl, &stat));
  EXPECT_NUMBER(1, acl.count);
  EXPECT_TEXT("digest", acl.data[0].id.scheme);
  EXPECT_TEXT("alice:aYXlLOpEooaV1cRAvUL1fp9Qt7E=", acl.data[0].id.id);
  deallocate_ACL_vector(&acl);

  step("a stranger may do nothing with the node");
  EXPECT_QUIET(stranger);
  refused_everything(stranger, "/rights/a");
  step("nor may who knows the name and not the password");
  join(stranger, "digest", "alice:guess", "auth: ok");
  refused_everything(stranger, "/rights/a");
  step("and who knows both is not a stranger");
  join(stranger, "digest", "alice:secret", "auth: ok");
  EXPECT_DATA(stranger, "/rights/a", "own");
  SET(stranger, "/rights/a", "shared");
}

static void each_right(struct Session* alice, struct Session* reader) {
  struct ACL rights[] = {{ZOO_PERM_READ, {"world", "anyone"}},
                         {ZOO_PERM_ALL, {"digest", "alice:aYXlLOpEooaV1cRAvUL1fp9Qt7E="}}};
  struct ACL_vector list = {2, rights}, acl;
  struct Stat stat;
  step("who may read may not write, and is not shown the hash of a password");
  EXPECT_OK(zoo_set_acl(alice->zk, "/rights/a", -1, &list));
  EXPECT_QUIET(reader);
  EXPECT_DATA(reader, "/rights/a", "shared");
  EXPECT_CODE(ZNOAUTH, set_node(reader, "/rights/a", "no"));
  EXPECT_OK(zoo_get_acl(reader->zk, "/rights/a", &acl, &stat));
  EXPECT_NUMBER(2, acl.count);
  EXPECT_TEXT("alice:x", acl.data[1].id.id);
  deallocate_ACL_vector(&acl);
  step("one address may be meant, and another");
  struct ACL here[] = {{ZOO_PERM_READ, {"ip", "127.0.0.0/8"}}, {ZOO_PERM_WRITE, {"ip", "10.0.0.1"}}};
  struct ACL_vector by_address = {2, here};
  EXPECT_OK(zoo_create(alice->zk, "/rights/here", "", 0, &by_address, ZOO_PERSISTENT, NULL, 0));
  EXPECT_QUIET(reader);
  EXPECT_DATA(reader, "/rights/here", "");
  EXPECT_CODE(ZNOAUTH, set_node(reader, "/rights/here", "no"));
  step("the super user may do everything");
  join(reader, "digest", "super:test", "auth: ok");
  SET(reader, "/rights/here", "yes");
  SET(reader, "/rights/a", "yes");
}

static void no_such_scheme(const char* servers) {
  struct Session session;
  session_open(&session, servers, kPatientMs, 0);
  step("a scheme that the server does not know ends the session");
  joined = (struct Name){&session, "auth"};
  EXPECT_OK(zoo_add_auth(session.zk, "rumour", "x", 1, record_code, &joined));
  EXPECT_NEXT(&session, "auth: authentication failed");
  wait_state(&session, ZOO_AUTH_FAILED_STATE);
  EXPECT_CODE(ZINVALIDSTATE, zoo_exists(session.zk, "/", 0, NULL));
  session_close(&session);
}

void rights(const struct Arguments* arguments) {
  struct Session alice, stranger, reader;
  session_open(&alice, arguments->servers, kPatientMs, 0);
  session_open(&stranger, arguments->direct, kPatientMs, 0);
  session_open(&reader, arguments->direct, kPatientMs, 0);
  CREATE(&alice, "/rights", "");
  digest(&alice, &stranger);
  each_right(&alice, &reader);
  no_such_scheme(arguments->direct);
  EXPECT_OK(zoo_delete(alice.zk, "/rights/a/child", -1));
  EXPECT_OK(zoo_delete(alice.zk, "/rights/a", -1));
  EXPECT_OK(zoo_delete(alice.zk, "/rights/here", -1));
  EXPECT_OK(zoo_delete(alice.zk, "/rights", -1));
  session_close(&reader);
  session_close(&stranger);
  session_close(&alice);
}
