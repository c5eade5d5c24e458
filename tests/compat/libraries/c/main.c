// A program on libzookeeper_mt that takes the library's interface to a server, stage by stage.
//
//   c_library STAGE[,STAGE...] SERVERS [DIRECT [MEMBER]]
//
// It says what it does on standard output, a line for each step, and ends with 0, or with 1 and what was not
// as expected. Between, it may ask for something: "ask restart" waits for a line on standard input
// (tests/compat/libraries.py).
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <zookeeper/zookeeper.h>

#include "stages.h"

static const struct {
  const char* name;
  void (*run)(const struct Arguments*);
} kStages[] = {
    {"creates", creates},
    {"operations", operations},
    {"multis", multis},
    {"asynchronous", asynchronous},
    {"watches", watches},
    {"rights", rights},
    {"chroot", chroot_of_a_session},
    {"reconnects", reconnects},
    {"moves", moves},
    {"crowds", crowds},
    {"ends", ends},
    {"read_only", read_only},
    {"reconfigures", reconfigures},
};

static int run(const char* name, const struct Arguments* arguments) {
  for (size_t i = 0; i < sizeof(kStages) / sizeof(kStages[0]); ++i) {
    if (strcmp(kStages[i].name, name) != 0) continue;
    printf("stage %s\n", name);
    kStages[i].run(arguments);
    return 1;
  }
  fprintf(stderr, "no stage %s\n", name);
  return 0;
}

int main(int count, char** values) {
  if (count < 3) {
    fprintf(stderr, "usage: c_library STAGE[,STAGE...] SERVERS [DIRECT [MEMBER]]\n");
    return 2;
  }
  zoo_set_debug_level(ZOO_LOG_LEVEL_INFO);  // to standard error
  const struct Arguments arguments = {values[2], count > 3 ? values[3] : values[2],
                                      count > 4 ? atoi(values[4]) : 0};
  for (char* name = strtok(values[1], ","); name != NULL; name = strtok(NULL, ","))
    if (!run(name, &arguments)) return 2;
  printf("done\n");
  return 0;
}
