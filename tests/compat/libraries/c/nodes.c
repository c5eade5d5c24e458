#include "nodes.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int create_node(struct Session* session, const char* path, const char* text) {
  return zoo_create(session->zk, path, text, (int)strlen(text), &ZOO_OPEN_ACL_UNSAFE, ZOO_PERSISTENT, NULL,
                    0);
}

int set_node(struct Session* session, const char* path, const char* text) {
  return zoo_set(session->zk, path, text, (int)strlen(text), -1);
}

void expect_data(const char* file, int line, struct Session* session, const char* path, const char* text) {
  char data[1024] = "";
  int size = sizeof(data) - 1;
  expect_code(file, line, "zoo_get", ZOK, zoo_get(session->zk, path, 0, data, &size, NULL));
  if (size < 0) fail(file, line, path, "expected \"%s\", it has no data", text);
  data[size] = '\0';
  expect_text(file, line, path, text, data);
}

struct Stat stat_of(struct Session* session, const char* path) {
  struct Stat stat;
  const int code = zoo_exists(session->zk, path, 0, &stat);
  if (code != ZOK) fail(__FILE__, __LINE__, path, "expected to be there: %s", zerror(code));
  return stat;
}

static int by_text(const void* left, const void* right) {
  return strcmp(*(char* const*)left, *(char* const*)right);
}

struct Children children_of(struct Session* session, const char* path) {
  struct String_vector names;
  EXPECT_OK(zoo_get_children(session->zk, path, 0, &names));
  qsort(names.data, names.count, sizeof(*names.data), by_text);
  struct Children children = {""};
  size_t used = 0;
  for (int i = 0; i < names.count; ++i)
    used += snprintf(children.text + used, sizeof(children.text) - used, "%s ", names.data[i]);
  deallocate_String_vector(&names);
  return children;
}

void clear(struct Session* session, const char* path) {
  struct String_vector names;
  if (zoo_get_children(session->zk, path, 0, &names) != ZOK) return;
  for (int i = 0; i < names.count; ++i) {
    char child[512];
    snprintf(child, sizeof(child), "%s/%s", path, names.data[i]);
    clear(session, child);
  }
  deallocate_String_vector(&names);
  EXPECT_OK(zoo_delete(session->zk, path, -1));
}
