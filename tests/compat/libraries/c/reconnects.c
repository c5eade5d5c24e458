// Connections that break, and servers that end: the session goes on, with its nodes and its watches.
#include <stdio.h>
#include <string.h>

#include "nodes.h"
#include "stages.h"

static struct Name data, absent, parent;

static void prepare(struct Session* s) {
  clear(s, "/reconnects");
  CREATE(s, "/reconnects", "");
  CREATE(s, "/reconnects/data", "");
  CREATE(s, "/reconnects/parent", "");
  EXPECT_OK(zoo_create(s->zk, "/reconnects/mine", "", 0, &ZOO_OPEN_ACL_UNSAFE, ZOO_EPHEMERAL, NULL, 0));
  data = (struct Name){s, "data"};
  absent = (struct Name){s, "absent"};
  parent = (struct Name){s, "parent"};
}

static void watch_all(struct Session* s, const char* missing) {
  int size = 0;
  struct String_vector names;
  EXPECT_OK(zoo_wget(s->zk, "/reconnects/data", named_watcher, &data, NULL, &size, NULL));
  EXPECT_CODE(ZNONODE, zoo_wexists(s->zk, missing, named_watcher, &absent, NULL));
  EXPECT_OK(zoo_wget_children(s->zk, "/reconnects/parent", named_watcher, &parent, &names));
  deallocate_String_vector(&names);
}

static void change_all(struct Session* other, const char* missing) {
  char child[128];
  SET(other, "/reconnects/data", "changed");
  CREATE(other, missing, "");
  snprintf(child, sizeof(child), "/reconnects/parent/of%s", strrchr(missing, '-'));
  CREATE(other, child, "");
}

static void all_fire(struct Session* s, const char* missing) {
  char line[kLineBytes];
  EXPECT_NEXT(s, "data: changed /reconnects/data");
  snprintf(line, sizeof(line), "absent: created %s", missing);
  EXPECT_NEXT(s, line);
  EXPECT_NEXT(s, "parent: child /reconnects/parent");
  EXPECT_QUIET(s);
}

static void is_the_same(struct Session* s, int64_t id) {
  EXPECT_NUMBER(id, session_id(s));
  EXPECT_NUMBER(id, stat_of(s, "/reconnects/mine").ephemeralOwner);
}

static void a_cut(struct Session* s, struct Session* other, int64_t id) {
  step("a session outlives its connection, its ephemeral nodes with it");
  watch_all(s, "/reconnects/new-1");
  ask("cut");
  wait_connections(s, 2);
  is_the_same(s, id);
  step("its watches fire on the new connection");
  change_all(other, "/reconnects/new-1");
  all_fire(s, "/reconnects/new-1");

  step("what happened while it had none fires its watches when it has one again");
  watch_all(s, "/reconnects/new-2");
  ask("refuse");
  wait_state(s, ZOO_CONNECTING_STATE);
  change_all(other, "/reconnects/new-2");
  ask("mend");
  wait_connections(s, 3);
  all_fire(s, "/reconnects/new-2");
  is_the_same(s, id);
}

static void a_lost_reply(struct Session* s) {
  const int version = stat_of(s, "/reconnects/data").version;
  step("when the reply is lost with the connection the call says so, and has been done once");
  ask("lose the next reply");
  EXPECT_CODE(ZCONNECTIONLOSS, set_node(s, "/reconnects/data", "done"));
  wait_connections(s, 4);
  EXPECT_NUMBER(version + 1, stat_of(s, "/reconnects/data").version);
}

static void a_killed_server(struct Session* s, struct Session* other, int64_t id) {
  step("a session outlives its server: it is killed and comes back, and everything is as it was");
  watch_all(s, "/reconnects/new-3");
  ask("restart");
  wait_connections(s, 5);
  wait_connections(other, 2);
  is_the_same(s, id);
  EXPECT_DATA(s, "/reconnects/data", "done");
  change_all(other, "/reconnects/new-3");
  all_fire(s, "/reconnects/new-3");
}

void reconnects(const struct Arguments* arguments) {
  struct Session session, other;
  session_open(&session, arguments->servers, kPatientMs, 0);
  session_open(&other, arguments->direct, kPatientMs, 0);
  const int64_t id = session_id(&session);
  prepare(&session);
  a_cut(&session, &other, id);
  a_lost_reply(&session);
  a_killed_server(&session, &other, id);
  clear(&session, "/reconnects");
  session_close(&other);
  session_close(&session);
}

void moves(const struct Arguments* arguments) {
  struct Session session, other;
  session_open(&session, arguments->servers, kPatientMs, 0);
  const int64_t id = session_id(&session);
  prepare(&session);
  step("when its server is killed a session moves to another server, with its nodes and watches");
  watch_all(&session, "/reconnects/new-4");
  ask("kill the server of 0x%llx", (long long)id);
  wait_connections(&session, 2);
  is_the_same(&session, id);
  session_open(&other, arguments->servers, kPatientMs, 0);
  change_all(&other, "/reconnects/new-4");
  all_fire(&session, "/reconnects/new-4");
  ask("revive");
  session_close(&other);
  clear(&session, "/reconnects");
  session_close(&session);
}
