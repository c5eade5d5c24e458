// The configuration of an ensemble of three is read, watched and changed.
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "nodes.h"
#include "stages.h"

struct Config {
  char text[2048];
  int64_t version;
};

static struct Name watch, joined;

// Cuts the text off behind its members.
static struct Config parsed(char* data, int size) {
  struct Config config;
  snprintf(config.text, sizeof(config.text), "%.*s", size, data);
  char* version = strstr(config.text, "\nversion=");
  if (version == NULL) fail(__FILE__, __LINE__, config.text, "expected a version");
  config.version = (int64_t)strtoull(version + strlen("\nversion="), NULL, 16);
  *version = '\0';
  return config;
}

static struct Config read_config(struct Session* s) {
  char data[2048];
  int size = sizeof(data);
  EXPECT_OK(zoo_wgetconfig(s->zk, named_watcher, &watch, data, &size, NULL));
  return parsed(data, size);
}

static int reconfig(struct Session* s, const char* joining, const char* leaving, const char* members,
                    int64_t version, struct Config* config) {
  char data[2048];
  int size = sizeof(data);
  struct Stat stat;
  const int code = zoo_reconfig(s->zk, joining, leaving, members, version, data, &size, &stat);
  if (code == ZOK) {
    *config = parsed(data, size);
    EXPECT_NUMBER(config->version, stat.mzxid);
  }
  return code;
}

static void refused(struct Session* s, int64_t version) {
  struct Config config;
  step("who may not write to the configuration may not change it");
  EXPECT_CODE(ZNOAUTH, reconfig(s, NULL, "3", NULL, -1, &config));
  joined = (struct Name){s, "auth"};
  EXPECT_OK(zoo_add_auth(s->zk, "digest", "super:test", 10, record_code, &joined));
  EXPECT_NEXT(s, "auth: ok");
  step("nor is one changed that is not at that version, or to one that nobody would serve, or that is none");
  EXPECT_CODE(ZBADVERSION, reconfig(s, NULL, "3", NULL, version + 1, &config));
  EXPECT_CODE(
      ZNEWCONFIGNOQUORUM,
      reconfig(s, NULL, NULL, "server.7=127.0.0.1:1:2;3,server.8=127.0.0.1:4:5;6,server.9=127.0.0.1:7:8;9",
               -1, &config));
  EXPECT_CODE(ZBADARGUMENTS, reconfig(s, "some thing", NULL, NULL, -1, &config));
  EXPECT_CODE(ZBADARGUMENTS, reconfig(s, NULL, "1,2,3", NULL, -1, &config));
}

// The line of that server.
static void line_of(const struct Config* config, int number, char* line, size_t size) {
  char begin[16];
  snprintf(begin, sizeof(begin), "server.%d=", number);
  const char* found = strstr(config->text, begin);
  if (found == NULL) fail(__FILE__, __LINE__, config->text, "expected server.%d", number);
  snprintf(line, size, "%.*s", (int)strcspn(found, "\n"), found);
}

static void changed(struct Session* s, const struct Config* before, int member) {
  struct Config config;
  char leaving[16], line[256], members[2048];
  snprintf(leaving, sizeof(leaving), "%d", member);
  line_of(before, member, line, sizeof(line));
  step("a server is removed; who watches the configuration hears of it");
  EXPECT_OK(reconfig(s, NULL, leaving, NULL, before->version, &config));
  EXPECT_TRUE(config.version > before->version && strstr(config.text, line) == NULL);
  EXPECT_NEXT(s, "watch: changed /zookeeper/config");
  EXPECT_NUMBER(config.version, read_config(s).version);
  step("and joins again, as an observer, which needs no vote");
  char* role = strstr(line, "participant");
  EXPECT_TRUE(role != NULL);
  snprintf(members, sizeof(members), "%.*sobserver%s", (int)(role - line), line,
           role + strlen("participant"));
  EXPECT_OK(reconfig(s, members, NULL, NULL, -1, &config));
  EXPECT_TRUE(strstr(config.text, members) != NULL);
  EXPECT_NEXT(s, "watch: changed /zookeeper/config");
  step("all members are named at once");
  snprintf(members, sizeof(members), "%s", before->text);
  EXPECT_OK(reconfig(s, NULL, NULL, members, config.version, &config));
  EXPECT_TEXT(before->text, config.text);
}

// The connection is to a server that stays.
void reconfigures(const struct Arguments* arguments) {
  struct Session session;
  session_open(&session, arguments->servers, kPatientMs, 0);
  watch = (struct Name){&session, "watch"};
  step("the configuration names the members and its version");
  const struct Config config = read_config(&session);
  EXPECT_TRUE(strstr(config.text, "server.1=") && strstr(config.text, "server.2=") &&
              strstr(config.text, "server.3="));
  refused(&session, config.version);
  EXPECT_QUIET(&session);
  changed(&session, &config, arguments->member);
  session_close(&session);
}
