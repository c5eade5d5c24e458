// Notifier: turns what watches say into frames in the connections' outputs, in the order in which it is told.
// A thousand watchers of one change share one encoding.
#pragma once

#include <string>
#include <string_view>

#include "server/replica/client_table.h"
#include "server/replica/reply_writer.h"
#include "znode/state.h"
#include "znode/watches.h"

namespace paddock::replica {

class Notifier : public znode::WatchSink {
 public:
  // All must outlive the notifier.
  Notifier(ClientTable& clients, ReplyWriter& replies, const znode::State& state)
      : clients_(clients), replies_(replies), state_(state) {}

  void deliver(ConnectionId to, client::EventType event, std::string_view path, int64_t zxid,
               const jute::Vector<client::Acl>* readable_by) override;

 private:
  void encode(client::EventType event, std::string_view path, int64_t zxid);

  ClientTable& clients_;
  ReplyWriter& replies_;
  const znode::State& state_;
  // The last frame and what it says
  std::string frame_;
  client::EventType event_ = client::EventType::none;
  std::string path_;
  int64_t zxid_ = 0;
};

}  // namespace paddock::replica
