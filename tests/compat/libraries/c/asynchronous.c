// Each call that does not wait, many at once: replies come in the order of the calls, and say what the
// waiting calls say.
#include <stdio.h>

#include "nodes.h"
#include "stages.h"

static void told_string(int code, const char* value, const void* name) {
  record_line(name, "%s %s", zerror(code), code == ZOK ? value : "");
}

static void told_stat(int code, const struct Stat* stat, const void* name) {
  record_line(name, "%s version %d", zerror(code), code == ZOK ? stat->version : -1);
}

static void told_string_stat(int code, const char* value, const struct Stat* stat, const void* name) {
  if (code != ZOK) return record_code(code, name);
  record_line(name, "%s %s of %d bytes", zerror(code), value, stat->dataLength);
}

static void told_data(int code, const char* value, int size, const struct Stat* stat, const void* name) {
  if (code != ZOK) return record_code(code, name);
  record_line(name, "%s %.*s version %d", zerror(code), size, value, stat->version);
}

static void told_strings(int code, const struct String_vector* names, const void* name) {
  if (code != ZOK) return record_code(code, name);
  record_line(name, "%s %d", zerror(code), names->count);
}

static void told_strings_stat(int code, const struct String_vector* names, const struct Stat* stat,
                              const void* name) {
  if (code != ZOK) return record_code(code, name);
  record_line(name, "%s %d of %d", zerror(code), names->count, stat->numChildren);
}

static void told_acl(int code, struct ACL_vector* acl, struct Stat* stat, const void* name) {
  if (code != ZOK) return record_code(code, name);
  record_line(name, "%s %s version %d", zerror(code), acl->data[0].id.scheme, stat->aversion);
}

static void all_at_once(struct Session* s) {
  static struct Name n;
  n = (struct Name){s, "reply"};
  struct ACL_vector* open = &ZOO_OPEN_ACL_UNSAFE;
  step("calls that do not wait are answered in their order");
  EXPECT_OK(zoo_acreate(s->zk, "/asynchronous/a", "a", 1, open, ZOO_PERSISTENT, told_string, &n));
  EXPECT_OK(zoo_acreate(s->zk, "/asynchronous/a", "a", 1, open, ZOO_PERSISTENT, told_string, &n));
  EXPECT_OK(zoo_acreate_ttl(s->zk, "/asynchronous/t", "", 0, open, ZOO_PERSISTENT_WITH_TTL, 600000,
                            told_string, &n));
  EXPECT_OK(zoo_acreate2(s->zk, "/asynchronous/b", "bb", 2, open, ZOO_PERSISTENT, told_string_stat, &n));
  EXPECT_OK(zoo_acreate2_ttl(s->zk, "/asynchronous/u", "uuu", 3, open, ZOO_PERSISTENT_WITH_TTL, 600000,
                             told_string_stat, &n));
  EXPECT_OK(zoo_aset(s->zk, "/asynchronous/a", "A", 1, 0, told_stat, &n));
  EXPECT_OK(zoo_aset(s->zk, "/asynchronous/a", "B", 1, 0, told_stat, &n));
  EXPECT_OK(zoo_aget(s->zk, "/asynchronous/a", 0, told_data, &n));
  EXPECT_OK(zoo_aexists(s->zk, "/asynchronous/a", 0, told_stat, &n));
  EXPECT_OK(zoo_aget_children(s->zk, "/asynchronous", 0, told_strings, &n));
  EXPECT_OK(zoo_aget_children2(s->zk, "/asynchronous", 0, told_strings_stat, &n));
  EXPECT_OK(zoo_aset_acl(s->zk, "/asynchronous/b", 0, open, record_code, &n));
  EXPECT_OK(zoo_aget_acl(s->zk, "/asynchronous/b", told_acl, &n));
  EXPECT_OK(zoo_async(s->zk, "/asynchronous", told_string, &n));
  EXPECT_OK(zoo_adelete(s->zk, "/asynchronous/b", -1, record_code, &n));
  EXPECT_OK(zoo_adelete(s->zk, "/asynchronous/b", -1, record_code, &n));
  EXPECT_OK(zoo_aexists(s->zk, "/asynchronous/b", 0, told_stat, &n));
  static const char* const kReplies[] = {"ok /asynchronous/a",
                                         "node exists ",
                                         "ok /asynchronous/t",
                                         "ok /asynchronous/b of 2 bytes",
                                         "ok /asynchronous/u of 3 bytes",
                                         "ok version 1",
                                         "bad version version -1",
                                         "ok A version 1",
                                         "ok version 1",
                                         "ok 4",
                                         "ok 4 of 4",
                                         "ok",
                                         "ok world version 1",
                                         "ok /asynchronous",
                                         "ok",
                                         "no node",
                                         "no node version -1"};
  for (size_t i = 0; i < sizeof(kReplies) / sizeof(kReplies[0]); ++i) {
    char line[kLineBytes];
    snprintf(line, sizeof(line), "reply: %s", kReplies[i]);
    EXPECT_NEXT(s, line);
  }
}

static void a_hundred_sets(struct Session* s) {
  static struct Name n;
  n = (struct Name){s, "set"};
  step("a hundred sets at once count the version up one by one");
  for (int i = 0; i < 100; ++i) EXPECT_OK(zoo_aset(s->zk, "/asynchronous/a", "x", 1, -1, told_stat, &n));
  for (int i = 0; i < 100; ++i) {
    char line[kLineBytes];
    snprintf(line, sizeof(line), "set: ok version %d", i + 2);
    EXPECT_NEXT(s, line);
  }
}

static void watches_and_replies(struct Session* s) {
  static struct Name n, data, stat, names, absent;
  n = (struct Name){s, "reply"};
  data = (struct Name){s, "data"};
  stat = (struct Name){s, "stat"};
  names = (struct Name){s, "names"};
  absent = (struct Name){s, "absent"};
  step("watches are left by calls that do not wait, and fire between their replies and later ones");
  EXPECT_OK(zoo_awget(s->zk, "/asynchronous/a", named_watcher, &data, told_data, &n));
  EXPECT_OK(zoo_aset(s->zk, "/asynchronous/a", "w", 1, -1, told_stat, &n));
  EXPECT_OK(zoo_awexists(s->zk, "/asynchronous/w", named_watcher, &absent, told_stat, &n));
  EXPECT_OK(zoo_awget_children(s->zk, "/asynchronous/t", named_watcher, &names, told_strings, &n));
  EXPECT_OK(
      zoo_acreate(s->zk, "/asynchronous/w", "", 0, &ZOO_OPEN_ACL_UNSAFE, ZOO_PERSISTENT, told_string, &n));
  EXPECT_OK(zoo_awget_children2(s->zk, "/asynchronous/w", named_watcher, &names, told_strings_stat, &n));
  EXPECT_OK(zoo_adelete(s->zk, "/asynchronous/w", -1, record_code, &n));
  static const char* const kLines[] = {"reply: ok x version 101",
                                       "data: changed /asynchronous/a",
                                       "reply: ok version 102",
                                       "reply: no node version -1",
                                       "reply: ok 0",
                                       "absent: created /asynchronous/w",
                                       "reply: ok /asynchronous/w",
                                       "reply: ok 0 of 0",
                                       "names: deleted /asynchronous/w",
                                       "reply: ok"};
  for (size_t i = 0; i < sizeof(kLines) / sizeof(kLines[0]); ++i) EXPECT_NEXT(s, kLines[i]);
  step("and are removed by such calls");
  EXPECT_OK(zoo_awexists(s->zk, "/asynchronous/a", named_watcher, &stat, told_stat, &n));
  EXPECT_NEXT(s, "reply: ok version 102");
  EXPECT_OK(zoo_aremove_watches(s->zk, "/asynchronous/a", ZWATCHTYPE_DATA, named_watcher, &stat, 0,
                                (void_completion_t*)record_code, &n));
  EXPECT_OK(zoo_aremove_all_watches(s->zk, "/asynchronous/t", ZWATCHTYPE_CHILD, 0,
                                    (void_completion_t*)record_code, &n));
  EXPECT_NEXT(s, "reply: ok");
  EXPECT_NEXT(s, "reply: ok");
  SET(s, "/asynchronous/a", "quiet");
  CREATE(s, "/asynchronous/t/quiet", "");
  EXPECT_QUIET(s);
}

void asynchronous(const struct Arguments* arguments) {
  struct Session session;
  session_open(&session, arguments->servers, kPatientMs, 0);
  clear(&session, "/asynchronous");
  CREATE(&session, "/asynchronous", "");
  all_at_once(&session);
  a_hundred_sets(&session);
  watches_and_replies(&session);
  clear(&session, "/asynchronous");
  session_close(&session);
}
