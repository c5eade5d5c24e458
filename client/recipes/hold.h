// Hold: what one has who has acquired something: an ephemeral node of this session that stands for it.
//
// Invariants
// 1. A fence is the zxid at which the node was created. Whoever comes later has a larger one, so a resource
//    that remembers the largest it has seen can refuse whoever believes to hold what he has lost.
// 2. `lost` fires, once and never again unfired, when the node is gone, belongs to no session of ours, or the
//    connection is in the state that LossPolicy names. Between the loss and the token there can be time: only
//    the fence protects against that.
// 3. The node goes with the last Hold that shares it, through lost connections; not before. Nobody else's
//    goes, though it may have come in its place.
//
// Thread rule: a Hold may be moved to and destroyed on any thread; release() belongs on the client's
// executor.
#pragma once

#include <functional>
#include <memory>
#include <stop_token>
#include <string>

#include "client/coroutine.h"

namespace paddock::recipes {

using client::Async;
using client::ClientPtr;
using client::Deadline;
using client::Limits;
using client::Nothing;
using client::Outcome;
using client::use_awaitable;

enum class LossPolicy {
  suspended,  // without a server the node may be somebody else's any moment: stop at once
  lost,       // go on until the session is certainly over
};

// The node, watched for as long as it is held. Shared by Holds; everything on the client's executor.
class Holding : public std::enable_shared_from_this<Holding> {
 public:
  struct Node {
    std::string path;
    Zxid czxid;
    SessionId owner;
    bool unique = true;  // nobody else ever makes a node of this path
  };
  using OnData = std::function<void(const std::string& data)>;

  Holding(ClientPtr zk, Node node, LossPolicy policy, OnData on_data = nullptr);
  // Starts to watch. `also`: further nodes that go with this one.
  void begin(std::vector<std::string> also = {});
  // Deletes the node, without a word from anybody; asked twice, waits for the first.
  Async<ErrorCode> end();
  const Node& node() const { return node_; }
  std::stop_token lost() const { return lost_.get_token(); }
  const ClientPtr& client() const { return zk_; }

 private:
  void watch();
  void on_state(client::ConnectionState state);
  void look();
  void looked(const std::string& path, const Outcome<client::NodeData>& node);

  const ClientPtr zk_;
  Node node_;
  const LossPolicy policy_;
  const OnData on_data_;
  std::vector<std::string> also_;
  std::stop_source lost_;
  bool ended_ = false;
  client::Subscription states_;
  client::Subscription events_;
};

class Hold {
  struct Share;

 public:
  // Finds the Hold again for as long as somebody has it: for locks that their holder may take once more.
  using Reference = std::weak_ptr<Share>;
  Hold() = default;
  explicit Hold(std::shared_ptr<Holding> holding);
  Hold(Hold&&) = default;
  Hold& operator=(Hold&&) = default;
  ~Hold() = default;

  explicit operator bool() const { return share_ != nullptr; }
  // Requires: it holds something.
  Zxid fence() const { return share_->holding->node().czxid; }
  const std::string& path() const { return share_->holding->node().path; }
  std::stop_token lost() const { return share_->holding->lost(); }
  bool is_lost() const { return lost().stop_requested(); }
  Reference reference() const { return share_; }
  // Another Hold of the same; nothing when it was given back.
  static Hold again(const Reference& reference);
  // Gives it back. With the last of those that share it the node is deleted, at the latest when the session
  // ends; operation_timeout: not yet. Also done by the destructor, which does not wait.
  Async<Outcome<Nothing>> release(Limits limits = {});
  const std::shared_ptr<Holding>& holding() const { return share_->holding; }

 private:
  struct Share {
    explicit Share(std::shared_ptr<Holding> held) : holding(std::move(held)) {}
    ~Share();
    std::shared_ptr<Holding> holding;
  };
  std::shared_ptr<Share> share_;
};

}  // namespace paddock::recipes
