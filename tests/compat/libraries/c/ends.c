// How sessions end, and how the library is told.
#include <string.h>

#include "nodes.h"
#include "stages.h"

static struct Name watch;

static void create_mine(struct Session* s, struct Session* other) {
  EXPECT_OK(zoo_create(s->zk, "/mine", "", 0, &ZOO_OPEN_ACL_UNSAFE, ZOO_EPHEMERAL, NULL, 0));
  watch = (struct Name){other, "watch"};
  EXPECT_QUIET(other);
  EXPECT_OK(zoo_wexists(other->zk, "/mine", named_watcher, &watch, NULL));
}

static void by_a_close(const struct Arguments* arguments, struct Session* other) {
  struct Session session;
  step("a session that is closed ends at once, and its ephemeral nodes with it");
  session_open(&session, arguments->servers, kPatientMs, 0);
  create_mine(&session, other);
  const clientid_t id = *zoo_client_id(session.zk);
  session_close(&session);
  EXPECT_NEXT(other, "watch: deleted /mine");
  step("and who resumes it is told that it is over");
  session_resume(&session, arguments->direct, &id);
  EXPECT_NUMBER(ZOO_EXPIRED_SESSION_STATE, session.state);
  session_close(&session);
}

static void by_silence(const struct Arguments* arguments, struct Session* other) {
  struct Session session;
  step("a session that is silent for its timeout expires");
  session_open(&session, arguments->servers, kBriefMs, 0);
  EXPECT_NUMBER(kBriefMs, zoo_recv_timeout(session.zk));
  create_mine(&session, other);
  ask("refuse");
  EXPECT_NEXT(other, "watch: deleted /mine");
  step("and when it comes back it is told so, and can do nothing more");
  ask("mend");
  wait_state(&session, ZOO_EXPIRED_SESSION_STATE);
  EXPECT_CODE(ZINVALIDSTATE, is_unrecoverable(session.zk));
  EXPECT_CODE(ZINVALIDSTATE, zoo_exists(session.zk, "/", 0, NULL));
  session_close(&session);
}

static void taken_over(const struct Arguments* arguments, struct Session* other) {
  struct Session first, second, thief;
  step("who knows a session's id and password goes on with it");
  session_open(&first, arguments->servers, kPatientMs, 0);
  create_mine(&first, other);
  clientid_t id = *zoo_client_id(first.zk);
  ask("refuse");
  wait_state(&first, ZOO_CONNECTING_STATE);
  session_resume(&second, arguments->direct, &id);
  EXPECT_NUMBER(id.client_id, session_id(&second));
  EXPECT_NUMBER(id.client_id, stat_of(&second, "/mine").ephemeralOwner);
  step("who does not know the password does not, though the session's connection is cut for it");
  id.passwd[0] ^= 1;
  session_resume(&thief, arguments->direct, &id);
  EXPECT_NUMBER(ZOO_EXPIRED_SESSION_STATE, thief.state);
  session_close(&thief);
  wait_connections(&second, 2);
  EXPECT_OK(zoo_exists(second.zk, "/mine", 0, NULL));
  session_close(&second);
  EXPECT_NEXT(other, "watch: deleted /mine");
  step("and the first one, which comes back to a session that is closed, is told so");
  ask("mend");
  wait_state(&first, ZOO_EXPIRED_SESSION_STATE);
  session_close(&first);
}

void ends(const struct Arguments* arguments) {
  struct Session other;
  session_open(&other, arguments->direct, kPatientMs, 0);
  by_a_close(arguments, &other);
  by_silence(arguments, &other);
  taken_over(arguments, &other);
  session_close(&other);
}
