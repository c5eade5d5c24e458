// Nodes of every kind, and what may not be created.
#include <string.h>

#include "nodes.h"
#include "stages.h"

#define CREATE_AS(mode) zoo_create(s->zk, path, "x", 1, &ZOO_OPEN_ACL_UNSAFE, mode, created, sizeof(created))

static void of_every_mode(struct Session* s) {
  char created[128];
  const char* path = "/creates/plain";
  step("a persistent node is created under its own name and belongs to nobody");
  EXPECT_OK(CREATE_AS(ZOO_PERSISTENT));
  EXPECT_TEXT("/creates/plain", created);
  EXPECT_NUMBER(0, stat_of(s, created).ephemeralOwner);

  step("an ephemeral node belongs to the session");
  path = "/creates/ephemeral";
  EXPECT_OK(CREATE_AS(ZOO_EPHEMERAL));
  EXPECT_NUMBER(session_id(s), stat_of(s, path).ephemeralOwner);

  step(
      "sequential nodes of both kinds are numbered together, in ten digits, by the changes to their parent's "
      "children");
  path = "/creates/numbered-";
  EXPECT_OK(CREATE_AS(ZOO_PERSISTENT_SEQUENTIAL));
  EXPECT_TEXT("/creates/numbered-0000000002", created);
  EXPECT_OK(CREATE_AS(ZOO_EPHEMERAL_SEQUENTIAL));
  EXPECT_TEXT("/creates/numbered-0000000003", created);
  EXPECT_NUMBER(session_id(s), stat_of(s, created).ephemeralOwner);

  step("a container belongs to nobody");
  path = "/creates/container";
  EXPECT_OK(CREATE_AS(ZOO_CONTAINER));
  EXPECT_NUMBER(0, stat_of(s, path).ephemeralOwner);

  EXPECT_TEXT("container ephemeral numbered-0000000002 numbered-0000000003 plain ",
              children_of(s, "/creates").text);
}

static void with_a_time_to_live(struct Session* s) {
  char created[128];
  struct Stat stat;
  step("so does a node with a time to live, numbered or not, with the stat or without");
  EXPECT_OK(zoo_create_ttl(s->zk, "/creates/ttl", "x", 1, &ZOO_OPEN_ACL_UNSAFE, ZOO_PERSISTENT_WITH_TTL,
                           600000, created, sizeof(created)));
  EXPECT_TEXT("/creates/ttl", created);
  EXPECT_NUMBER(0, stat_of(s, created).ephemeralOwner);
  EXPECT_OK(zoo_create2_ttl(s->zk, "/creates/ttl-", "x", 1, &ZOO_OPEN_ACL_UNSAFE,
                            ZOO_PERSISTENT_SEQUENTIAL_WITH_TTL, 700000, created, sizeof(created), &stat));
  EXPECT_TEXT("/creates/ttl-0000000006", created);
  EXPECT_NUMBER(0, stat.ephemeralOwner);
  EXPECT_NUMBER(1, stat.dataLength);
}

static void with_its_stat(struct Session* s) {
  char created[128];
  struct Stat stat;
  step("create2 tells the new node's stat");
  EXPECT_OK(zoo_create2(s->zk, "/creates/told", "12345", 5, &ZOO_OPEN_ACL_UNSAFE, ZOO_PERSISTENT, created,
                        sizeof(created), &stat));
  EXPECT_TEXT("/creates/told", created);
  EXPECT_NUMBER(5, stat.dataLength);
  EXPECT_NUMBER(0, stat.version);
  EXPECT_NUMBER(stat.czxid, stat.mzxid);
  EXPECT_NUMBER(stat.czxid, stat.pzxid);
  EXPECT_NUMBER(stat.czxid, stat_of(s, "/creates").pzxid);
}

static void refused(struct Session* s) {
  char created[128];
  step("what is there already, or has no parent, or an ephemeral one, is not created");
  const char* path = "/creates/plain";
  EXPECT_CODE(ZNODEEXISTS, CREATE_AS(ZOO_EPHEMERAL));
  path = "/creates/nowhere/child";
  EXPECT_CODE(ZNONODE, CREATE_AS(ZOO_PERSISTENT));
  path = "/creates/ephemeral/child";
  EXPECT_CODE(ZNOCHILDRENFOREPHEMERALS, CREATE_AS(ZOO_PERSISTENT));
  step("nor is a node without rights, or with a time to live that is none");
  struct ACL_vector none = {0, NULL};
  EXPECT_CODE(ZINVALIDACL, zoo_create(s->zk, "/creates/bare", "", 0, &none, ZOO_PERSISTENT, NULL, 0));
  EXPECT_CODE(ZBADARGUMENTS, zoo_create_ttl(s->zk, "/creates/never", "", 0, &ZOO_OPEN_ACL_UNSAFE,
                                            ZOO_PERSISTENT_WITH_TTL, 0, NULL, 0));
}

// The server looks for them every 100 ms (znode.container.checkIntervalMs).
static void deleted_by_the_server(struct Session* s) {
  char created[128];
  const struct Name watch = {s, "watch"};
  step("a container whose last child is gone is deleted by the server");
  CREATE(s, "/creates/container/child", "");
  EXPECT_OK(zoo_delete(s->zk, "/creates/container/child", -1));
  // It may be gone before it is watched, and then a watch waits for it to be created.
  if (zoo_wexists(s->zk, "/creates/container", named_watcher, (void*)&watch, NULL) == ZOK)
    EXPECT_NEXT(s, "watch: deleted /creates/container");
  step("so is a node whose time is over");
  EXPECT_OK(zoo_create_ttl(s->zk, "/creates/short", "x", 1, &ZOO_OPEN_ACL_UNSAFE, ZOO_PERSISTENT_WITH_TTL, 1,
                           created, sizeof(created)));
  if (zoo_wexists(s->zk, "/creates/short", named_watcher, (void*)&watch, NULL) == ZOK)
    EXPECT_NEXT(s, "watch: deleted /creates/short");
  step("and one whose time is not over is there, and an ephemeral node at least as long as its session");
  EXPECT_OK(zoo_exists(s->zk, "/creates/ttl", 0, NULL));
  EXPECT_OK(zoo_exists(s->zk, "/creates/ephemeral", 0, NULL));
}

void creates(const struct Arguments* arguments) {
  struct Session session;
  session_open(&session, arguments->servers, kPatientMs, 0);
  clear(&session, "/creates");
  CREATE(&session, "/creates", "");
  of_every_mode(&session);
  with_a_time_to_live(&session);
  with_its_stat(&session);
  refused(&session);
  deleted_by_the_server(&session);
  session_close(&session);
  session_open(&session, arguments->servers, kPatientMs, 0);
  EXPECT_QUIET(&session);  // another server of the same ensemble, perhaps
  EXPECT_CODE(ZNONODE, zoo_exists(session.zk, "/creates/ephemeral", 0, NULL));
  clear(&session, "/creates");
  session_close(&session);
}
