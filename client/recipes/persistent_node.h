// PersistentNode: an ephemeral node that is there for as long as this object is: made again after a lost
// session and after somebody has deleted it, set again when somebody has changed it.
//
// Invariant: a node of this path that an earlier session of ours has made is replaced, for it will go with
// that session; one that is somebody else's is left alone until it goes.
//
// Thread rule: the client's executor.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "client/recipes/background.h"
#include "client/recipes/hold.h"

namespace paddock::recipes {

class PersistentNode {
 public:
  PersistentNode(ClientPtr zk, std::string path, std::string data);
  // Deletes the node, without waiting for that.
  ~PersistentNode() = default;

  // From now on.
  void set_data(std::string data);
  // True: it was there, and ours, when last looked at.
  bool is_present() const { return state_->present; }
  // Why it was not, then: node_exists, it is somebody else's; no_auth, ... It is tried again when the node
  // changes, and with each connection.
  ErrorCode error() const { return state_->err; }

 private:
  struct State {
    State(const boost::asio::any_io_executor& executor, std::string wanted)
        : wake(executor), data(std::move(wanted)) {}
    client::Wakeup wake;
    std::string data;
    bool present = false;
    ErrorCode err = ErrorCode::ok;  // of the latest attempt
  };
  static Async<void> keep(ClientPtr zk, std::string path, std::shared_ptr<State> state, std::stop_token stop);

  const std::shared_ptr<State> state_;
  Background background_;
};

}  // namespace paddock::recipes
