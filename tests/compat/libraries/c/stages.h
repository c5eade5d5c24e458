// The stages of the program: each takes a part of the library's interface to the server and returns, or fails
// (expect.h).
#pragma once

struct Arguments {
  const char*
      servers;  // HOST:PORT,... as the library takes them; stages that are cut off come through a proxy there
  const char* direct;  // the same servers, without a proxy
  int member;          // the number of a server of the ensemble that may leave it
};

void creates(const struct Arguments* arguments);
void operations(const struct Arguments* arguments);
void multis(const struct Arguments* arguments);
void asynchronous(const struct Arguments* arguments);
void watches(const struct Arguments* arguments);
void rights(const struct Arguments* arguments);
void chroot_of_a_session(const struct Arguments* arguments);
void reconnects(const struct Arguments* arguments);
void moves(const struct Arguments* arguments);
void crowds(const struct Arguments* arguments);
void ends(const struct Arguments* arguments);
void read_only(const struct Arguments* arguments);
void reconfigures(const struct Arguments* arguments);
