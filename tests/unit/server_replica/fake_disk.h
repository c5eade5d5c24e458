// A server's disk as values: epochs, a base, the log above it, and the deltas of its checkpoint.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "server/store/contract.h"
#include "znode/delta.h"
#include "znode/state.h"

namespace paddock::replica::testing {

// The stream of a state, as a leader sends it.
std::string image_of(const znode::State& state);

// What a server keeps over a restart.
struct Disk {
  store::Epochs epochs;
  std::optional<Bytes> base;  // a snapshot's stream; none: the state of a new server
  Zxid base_zxid;
  std::vector<store::Append> log;    // above the base
  std::vector<znode::Delta> deltas;  // since the base
  // A base on its way
  std::optional<std::string> staged;
  Zxid staged_zxid;
  std::vector<store::Append> staged_log;

  void work(const store::LogWork& work);
  // What a start finds: the base and the log, all of it to be replayed.
  std::unique_ptr<znode::State> base_state() const;
  store::Recovered recover() const;
  // The checkpoint's state: the base and all deltas since.
  std::unique_ptr<znode::State> state() const;
};

}  // namespace paddock::replica::testing
