#include "server/replica/notifier.h"

#include "protocol/jute/codec.h"
#include "znode/acl.h"

namespace paddock::replica {

void Notifier::encode(client::EventType event, std::string_view path, int64_t zxid) {
  if (!frame_.empty() && event == event_ && zxid == zxid_ && path == path_) return;
  event_ = event;
  zxid_ = zxid;
  path_ = path;
  frame_.clear();
  jute::Writer writer(frame_);
  const size_t start = writer.begin_frame();
  jute::encode(writer, client::ReplyHeader{client::kXidNotification, zxid, 0});
  jute::encode(writer, client::WatcherEvent{static_cast<int32_t>(event), client::kStateSyncConnected, path});
  writer.end_frame(start);
}

void Notifier::deliver(ConnectionId to, client::EventType event, std::string_view path, int64_t zxid,
                       const jute::Vector<client::Acl>* readable_by) {
  ClientConnection* connection = clients_.find(to);
  if (!connection || connection->stage == ClientConnection::Stage::closing) return;
  if (readable_by &&
      !znode::allows(*readable_by, client::kPermRead, *connection->identities, state_.options())) {
    return;
  }
  encode(event, path, zxid);
  replies_.frame(*connection, frame_);
}

}  // namespace paddock::replica
