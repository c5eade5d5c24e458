// What a program that tests a server says, and how it fails: each step is told in words before it is taken,
// and the first thing that is not as expected ends the process with 1 and names the step, the call, what was
// expected and what came.
#pragma once

#include <stdint.h>

// The step that the following expectations belong to.
void step(const char* words);

// Has the test that started this program do something to the server or the connection; returns when it is done.
// One line on standard output, "ask WORDS"; the answer is a line on standard input.
void ask(const char* words, ...) __attribute__((format(printf, 1, 2)));

_Noreturn void fail(const char* file, int line, const char* call, const char* format, ...)
    __attribute__((format(printf, 4, 5)));

// An error of the library, by its number.
#define EXPECT_CODE(expected, call) expect_code(__FILE__, __LINE__, #call, expected, call)
#define EXPECT_OK(call) EXPECT_CODE(ZOK, call)
#define EXPECT_NUMBER(expected, value) expect_number(__FILE__, __LINE__, #value, expected, value)
#define EXPECT_TEXT(expected, value) expect_text(__FILE__, __LINE__, #value, expected, value)
#define EXPECT_TRUE(condition) \
  ((condition) ? (void)0 : fail(__FILE__, __LINE__, #condition, "expected to hold"))

void expect_code(const char* file, int line, const char* call, int expected, int code);
void expect_number(const char* file, int line, const char* call, int64_t expected, int64_t value);
void expect_text(const char* file, int line, const char* call, const char* expected, const char* value);
