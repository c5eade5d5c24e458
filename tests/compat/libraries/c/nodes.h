// Short words for what the stages do to nodes, on a session, and what is expected of it.
#pragma once

#include "expect.h"
#include "session.h"

// A node that anyone may do everything to, with that text as its data.
#define CREATE(session, path, text) EXPECT_OK(create_node(session, path, text))
int create_node(struct Session* session, const char* path, const char* text);

#define SET(session, path, text) EXPECT_OK(set_node(session, path, text))
int set_node(struct Session* session, const char* path, const char* text);

// Fails unless the node has that text.
#define EXPECT_DATA(session, path, text) expect_data(__FILE__, __LINE__, session, path, text)
void expect_data(const char* file, int line, struct Session* session, const char* path, const char* text);

// The node's stat, which must be there.
struct Stat stat_of(struct Session* session, const char* path);

// Sorted names of children, each followed by a space.
struct Children {
  char text[1024];
};
struct Children children_of(struct Session* session, const char* path);

// The node and all below it, if it is there: what an earlier run has left.
void clear(struct Session* session, const char* path);
