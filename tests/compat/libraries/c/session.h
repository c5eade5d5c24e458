// A session of the library, and the record of what its completion thread delivers.
//
// Watches and completions of asynchronous calls are delivered by one thread in the order in which the server
// sent them, and each writes one line of the record: "NAME: changed /path", "NAME: ok", "NAME: no node". So
// the record shows what came before what. Calls that wait for their reply do not go through that thread and
// are not in it.
#pragma once

#include <pthread.h>
#include <zookeeper/zookeeper.h>

enum { kRecordLines = 256, kLineBytes = 256 };

struct Session {
  zhandle_t* zk;
  pthread_mutex_t lock;  // of all that follows
  pthread_cond_t changed;
  int state;
  int connections;  // how often it has been connected
  char record[kRecordLines][kLineBytes];
  int written, read;
};

// A watch, or an asynchronous call, under the name that the record gives it. Passed as the library's context.
struct Name {
  struct Session* session;
  const char* text;
};

// Session timeouts: of one that outlives a slow machine, and of one whose end is waited for.
enum { kPatientMs = 20000, kBriefMs = 2000 };

// Returns when it is connected, also if only to a server that serves readers (ZOO_READONLY in flags).
void session_open(struct Session* session, const char* servers, int timeout_ms, int flags);
// Takes over the session of that id; returns when the server has answered.
void session_resume(struct Session* session, const char* servers, const clientid_t* id);
void session_close(struct Session* session);
int64_t session_id(const struct Session* session);

void wait_state(struct Session* session, int state);
void wait_connections(struct Session* session, int count);

// The watcher of names.
void named_watcher(zhandle_t* zk, int type, int state, const char* path, void* name);
void record_line(const struct Name* name, const char* format, ...) __attribute__((format(printf, 2, 3)));
void record_code(int code, const void* name);                         // a void_completion_t
void record_path_code(int code, const char* path, const void* name);  // a string_completion_t, of a sync

#define EXPECT_NEXT(session, line) expect_next(__FILE__, __LINE__, session, line)
// Nothing else has been delivered: what the record holds next is a sync sent now.
#define EXPECT_QUIET(session) expect_quiet(__FILE__, __LINE__, session)

void expect_next(const char* file, int line, struct Session* session, const char* expected);
void expect_quiet(const char* file, int line, struct Session* session);
