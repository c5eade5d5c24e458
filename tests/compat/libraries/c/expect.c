#include "expect.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <zookeeper/zookeeper.h>

static const char* current_step = "(before the first step)";

void step(const char* words) {
  current_step = words;
  printf("- %s\n", words);
  fflush(stdout);
}

void ask(const char* words, ...) {
  va_list values;
  va_start(values, words);
  printf("ask ");
  vprintf(words, values);
  printf("\n");
  va_end(values);
  fflush(stdout);
  char answer[64];
  if (fgets(answer, sizeof(answer), stdin) == NULL) fail(__FILE__, __LINE__, "ask", "nobody answers");
}

void fail(const char* file, int line, const char* call, const char* format, ...) {
  va_list values;
  va_start(values, format);
  printf("FAILED: %s\n  %s:%d: %s\n  ", current_step, file, line, call);
  vprintf(format, values);
  printf("\n");
  va_end(values);
  fflush(stdout);
  _Exit(1);  // the library's threads may be anywhere
}

void expect_code(const char* file, int line, const char* call, int expected, int code) {
  if (code != expected)
    fail(file, line, call, "expected %s (%d), got %s (%d)", zerror(expected), expected, zerror(code), code);
}

void expect_number(const char* file, int line, const char* call, int64_t expected, int64_t value) {
  if (value != expected) fail(file, line, call, "expected %" PRId64 ", got %" PRId64, expected, value);
}

void expect_text(const char* file, int line, const char* call, const char* expected, const char* value) {
  if (strcmp(value, expected) != 0) fail(file, line, call, "expected \"%s\", got \"%s\"", expected, value);
}
