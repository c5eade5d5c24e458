// More watches than fit into a request: the library sends them in one piece on every new connection.
#include <stdio.h>
#include <string.h>

#include "nodes.h"
#include "stages.h"

enum { kLongPaths = 1300, kPathBytes = 900 };

static struct Name first, never, last;

static void watch_absent(struct Session* s, const char* path, struct Name* name) {
  EXPECT_CODE(ZNONODE, zoo_wexists(s->zk, path, named_watcher, name, NULL));
}

static void watch_a_megabyte(struct Session* s) {
  char path[kPathBytes];
  for (int i = 0; i < kLongPaths; ++i) {
    const int begun = snprintf(path, sizeof(path), "/crowds/%06d-", i);
    memset(path + begun, 'w', (size_t)(kPathBytes - 1 - begun));
    path[kPathBytes - 1] = '\0';
    watch_absent(s, path, &never);
  }
}

void crowds(const struct Arguments* arguments) {
  struct Session session, other;
  session_open(&session, arguments->servers, kPatientMs, 0);
  session_open(&other, arguments->direct, kPatientMs, 0);
  first = (struct Name){&session, "first"};
  never = (struct Name){&session, "never"};
  last = (struct Name){&session, "last"};
  CREATE(&session, "/crowds", "");
  step("a session that watches more than fits into a request watches it all on its next connection, too");
  watch_absent(&session, "/crowds/first", &first);
  watch_a_megabyte(&session);
  watch_absent(&session, "/crowds/last", &last);
  ask("cut");
  wait_connections(&session, 2);
  CREATE(&other, "/crowds/last", "");
  EXPECT_NEXT(&session, "last: created /crowds/last");
  CREATE(&other, "/crowds/first", "");
  EXPECT_NEXT(&session, "first: created /crowds/first");
  EXPECT_QUIET(&session);
  EXPECT_NUMBER(2, session.connections);
  session_close(&other);
  session_close(&session);
}
