// Watches of every kind that the library has: what fires them, once, and before what.
#include "nodes.h"
#include "stages.h"

static struct Name data, present, absent, parent, again;

static void name_them(struct Session* s) {
  data = (struct Name){s, "data"};
  present = (struct Name){s, "present"};
  absent = (struct Name){s, "absent"};
  parent = (struct Name){s, "parent"};
  again = (struct Name){s, "again"};
}

static int watch_data(struct Session* s, const char* path, struct Name* name) {
  char byte;
  int size = 1;
  return zoo_wget(s->zk, path, named_watcher, name, &byte, &size, NULL);
}

static int watch_children(struct Session* s, const char* path, struct Name* name) {
  struct String_vector names;
  const int code = zoo_wget_children(s->zk, path, named_watcher, name, &names);
  if (code == ZOK) deallocate_String_vector(&names);
  return code;
}

static void told_stat(int code, const struct Stat* stat, const void* name) {
  record_line(name, "%s version %d", zerror(code), code == ZOK ? stat->version : -1);
}

static void told_data(int code, const char* value, int size, const struct Stat* stat, const void* name) {
  (void)stat;
  record_line(name, "%s %.*s", zerror(code), code == ZOK ? size : 0, code == ZOK ? value : "");
}

static void each_kind_once(struct Session* s) {
  step("a watch of data fires at the first set, and not at the second");
  CREATE(s, "/watches/a", "0");
  EXPECT_OK(watch_data(s, "/watches/a", &data));
  SET(s, "/watches/a", "1");
  SET(s, "/watches/a", "2");
  EXPECT_NEXT(s, "data: changed /watches/a");
  EXPECT_QUIET(s);

  step(
      "a watch of a node that is not there fires when it is created, and one of a node that is there when it "
      "changes");
  EXPECT_CODE(ZNONODE, zoo_wexists(s->zk, "/watches/b", named_watcher, &absent, NULL));
  EXPECT_OK(zoo_wexists(s->zk, "/watches/a", named_watcher, &present, NULL));
  SET(s, "/watches/a", "3");
  CREATE(s, "/watches/b", "");
  EXPECT_NEXT(s, "present: changed /watches/a");
  EXPECT_NEXT(s, "absent: created /watches/b");

  step("a watch of children fires when one is created, or deleted, and not when one changes");
  EXPECT_OK(watch_children(s, "/watches", &parent));
  SET(s, "/watches/a", "4");
  EXPECT_QUIET(s);
  CREATE(s, "/watches/c", "");
  EXPECT_NEXT(s, "parent: child /watches");
  struct String_vector names;
  struct Stat stat;
  EXPECT_OK(zoo_wget_children2(s->zk, "/watches", named_watcher, &parent, &names, &stat));
  deallocate_String_vector(&names);
  EXPECT_OK(zoo_delete(s->zk, "/watches/c", -1));
  EXPECT_NEXT(s, "parent: child /watches");
  EXPECT_QUIET(s);

  step("a call that asks for a watch without a watcher means the session's");
  int size = 0;
  EXPECT_OK(zoo_get(s->zk, "/watches/a", 1, NULL, &size, NULL));
  SET(s, "/watches/a", "5");
  EXPECT_NEXT(s, "session: changed /watches/a");
}

static void a_deletion(struct Session* s) {
  step("a deletion is told to the watches of the node, its children and its parent's children, once to each");
  // The library has one event for the first two; which of them it calls first is its own affair.
  static struct Name own, below;
  own = below = (struct Name){s, "node"};
  EXPECT_OK(watch_data(s, "/watches/b", &own));
  EXPECT_OK(watch_children(s, "/watches/b", &below));
  EXPECT_OK(watch_children(s, "/watches", &parent));
  EXPECT_OK(zoo_delete(s->zk, "/watches/b", -1));
  EXPECT_NEXT(s, "node: deleted /watches/b");
  EXPECT_NEXT(s, "node: deleted /watches/b");
  EXPECT_NEXT(s, "parent: child /watches");
  EXPECT_QUIET(s);
}

static void before_replies(struct Session* s, struct Session* other) {
  static struct Name set, get, sync;
  set = (struct Name){s, "set"};
  get = (struct Name){s, "get"};
  sync = (struct Name){s, "sync"};
  step("a watch fires before the reply of the set that fires it");
  EXPECT_OK(watch_data(s, "/watches/a", &data));
  EXPECT_OK(zoo_aset(s->zk, "/watches/a", "mine", 4, -1, told_stat, &set));
  EXPECT_NEXT(s, "data: changed /watches/a");
  EXPECT_NEXT(s, "set: ok version 6");

  step("and before any reply that shows what another session has set");
  EXPECT_OK(watch_data(s, "/watches/a", &data));
  SET(other, "/watches/a", "theirs");
  EXPECT_OK(zoo_async(s->zk, "/watches", record_path_code, &sync));
  EXPECT_OK(zoo_aget(s->zk, "/watches/a", 0, told_data, &get));
  EXPECT_NEXT(s, "data: changed /watches/a");
  EXPECT_NEXT(s, "sync: ok");
  EXPECT_NEXT(s, "get: ok theirs");
}

static void removal(struct Session* s) {
  step("a watch that is removed does not fire");
  EXPECT_OK(watch_data(s, "/watches/a", &data));
  EXPECT_OK(zoo_remove_watches(s->zk, "/watches/a", ZWATCHTYPE_DATA, named_watcher, &data, 0));
  SET(s, "/watches/a", "6");
  EXPECT_QUIET(s);
  step("one that is not there cannot be removed");
  EXPECT_CODE(ZNOWATCHER, zoo_remove_watches(s->zk, "/watches/a", ZWATCHTYPE_DATA, named_watcher, &data, 0));
  step("all watches of a node are removed together, and those of others stay");
  EXPECT_OK(watch_data(s, "/watches/a", &data));
  EXPECT_OK(watch_data(s, "/watches/a", &again));
  EXPECT_OK(watch_children(s, "/watches/a", &parent));
  EXPECT_OK(watch_children(s, "/watches", &parent));
  EXPECT_OK(zoo_remove_all_watches(s->zk, "/watches/a", ZWATCHTYPE_ANY, 0));
  SET(s, "/watches/a", "7");
  CREATE(s, "/watches/a/child", "");
  EXPECT_QUIET(s);
  CREATE(s, "/watches/d", "");
  EXPECT_NEXT(s, "parent: child /watches");
  EXPECT_QUIET(s);
}

void watches(const struct Arguments* arguments) {
  struct Session session, other;
  session_open(&session, arguments->servers, kPatientMs, 0);
  session_open(&other, arguments->direct, kPatientMs, 0);
  clear(&session, "/watches");
  CREATE(&session, "/watches", "");
  name_them(&session);
  each_kind_once(&session);
  a_deletion(&session);
  before_replies(&session, &other);
  removal(&session);
  clear(&session, "/watches");
  session_close(&other);
  session_close(&session);
}
