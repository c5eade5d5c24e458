#include "session.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "expect.h"

enum { kPatienceS = 30 };

static struct timespec deadline(void) {
  struct timespec time;
  clock_gettime(CLOCK_REALTIME, &time);
  time.tv_sec += kPatienceS;
  return time;
}

static const char* name_of_event(int type) {
  if (type == ZOO_CREATED_EVENT) return "created";
  if (type == ZOO_DELETED_EVENT) return "deleted";
  if (type == ZOO_CHANGED_EVENT) return "changed";
  if (type == ZOO_CHILD_EVENT) return "child";
  return "an unknown event";
}

// What happens to the session itself, and the watches of calls that have none of their own.
static void session_watcher(zhandle_t* zk, int type, int state, const char* path, void* context) {
  struct Session* session = context;
  if (type != ZOO_SESSION_EVENT) {
    const struct Name name = {session, "session"};
    named_watcher(zk, type, state, path, (void*)&name);
    return;
  }
  pthread_mutex_lock(&session->lock);
  session->state = state;
  if (state == ZOO_CONNECTED_STATE || state == ZOO_READONLY_STATE) ++session->connections;
  pthread_cond_broadcast(&session->changed);
  pthread_mutex_unlock(&session->lock);
}

static void start(struct Session* session, const char* servers, int timeout_ms, const clientid_t* id,
                  int flags) {
  memset(session, 0, sizeof(*session));
  pthread_mutex_init(&session->lock, NULL);
  pthread_cond_init(&session->changed, NULL);
  session->zk =
      zookeeper_init(servers, session_watcher, timeout_ms, id, session, flags | ZOO_NO_LOG_CLIENTENV);
  if (session->zk == NULL) fail(__FILE__, __LINE__, "zookeeper_init", "%s: errno %d", servers, errno);
}

void session_open(struct Session* session, const char* servers, int timeout_ms, int flags) {
  start(session, servers, timeout_ms, NULL, flags);
  wait_connections(session, 1);
}

void session_resume(struct Session* session, const char* servers, const clientid_t* id) {
  start(session, servers, kPatientMs, id, 0);
  struct timespec until = deadline();
  pthread_mutex_lock(&session->lock);
  while (session->connections == 0 && session->state != ZOO_EXPIRED_SESSION_STATE) {
    if (pthread_cond_timedwait(&session->changed, &session->lock, &until) == ETIMEDOUT)
      fail(__FILE__, __LINE__, "session_resume", "no answer within %d s", kPatienceS);
  }
  pthread_mutex_unlock(&session->lock);
}

void session_close(struct Session* session) {
  zookeeper_close(session->zk);
  pthread_cond_destroy(&session->changed);
  pthread_mutex_destroy(&session->lock);
}

int64_t session_id(const struct Session* session) {
  return zoo_client_id(session->zk)->client_id;
}

void wait_state(struct Session* session, int state) {
  struct timespec until = deadline();
  pthread_mutex_lock(&session->lock);
  while (session->state != state) {
    if (pthread_cond_timedwait(&session->changed, &session->lock, &until) == ETIMEDOUT)
      fail(__FILE__, __LINE__, "wait_state", "expected state %d within %d s, it is %d", state, kPatienceS,
           session->state);
  }
  pthread_mutex_unlock(&session->lock);
}

void wait_connections(struct Session* session, int count) {
  struct timespec until = deadline();
  pthread_mutex_lock(&session->lock);
  while (session->connections < count) {
    if (pthread_cond_timedwait(&session->changed, &session->lock, &until) == ETIMEDOUT)
      fail(__FILE__, __LINE__, "wait_connections", "expected connection %d within %d s, state is %d", count,
           kPatienceS, session->state);
  }
  pthread_mutex_unlock(&session->lock);
}

void named_watcher(zhandle_t* zk, int type, int state, const char* path, void* name) {
  (void)zk;
  (void)state;
  // The library tells every watch what happens to the session.
  if (type != ZOO_SESSION_EVENT) record_line(name, "%s %s", name_of_event(type), path);
}

void record_line(const struct Name* name, const char* format, ...) {
  struct Session* session = name->session;
  va_list values;
  va_start(values, format);
  pthread_mutex_lock(&session->lock);
  if (session->written == kRecordLines) fail(__FILE__, __LINE__, name->text, "the record is full");
  char* line = session->record[session->written];
  const int length = snprintf(line, kLineBytes, "%s: ", name->text);
  vsnprintf(line + length, kLineBytes - length, format, values);
  ++session->written;
  pthread_cond_broadcast(&session->changed);
  pthread_mutex_unlock(&session->lock);
  va_end(values);
}

void record_code(int code, const void* name) {
  record_line(name, "%s", zerror(code));
}

void record_path_code(int code, const char* path, const void* name) {
  (void)path;
  record_code(code, name);
}

void expect_next(const char* file, int line, struct Session* session, const char* expected) {
  struct timespec until = deadline();
  pthread_mutex_lock(&session->lock);
  while (session->read == session->written) {
    if (pthread_cond_timedwait(&session->changed, &session->lock, &until) == ETIMEDOUT)
      fail(file, line, "the next event or reply", "expected \"%s\", nothing came within %d s", expected,
           kPatienceS);
  }
  const char* found = session->record[session->read++];
  pthread_mutex_unlock(&session->lock);
  expect_text(file, line, "the next event or reply", expected, found);
}

void expect_quiet(const char* file, int line, struct Session* session) {
  static struct Name name;
  name = (struct Name){session, "sync"};
  expect_code(file, line, "zoo_async", ZOK, zoo_async(session->zk, "/", record_path_code, &name));
  expect_next(file, line, session, "sync: ok");
}
