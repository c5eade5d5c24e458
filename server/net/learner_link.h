// LearnerLink: one connection of the learner channel, in either direction. Cuts what arrives into packets
// and, on a link that we opened, the snapshot stream behind a SNAP; sends what it is given, gathered.
//
// Owner: LearnerLinks and the operations that are pending; after leave() it tells nobody anything.
//
// Invariants
// 1. It is read as long as it is open, whatever it owes: a link carries acknowledgements, and throttling
//    them would stop what is waited for.
// 2. Nothing is told from within send(), flush() or close(): the owner is told behind them.
#pragma once

#include <boost/asio/steady_timer.hpp>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "protocol/base/bytes.h"
#include "protocol/base/ids.h"
#include "protocol/base/result.h"
#include "protocol/quorum/packet_splitter.h"
#include "protocol/quorum/snapshot_stream.h"
#include "server/net/output_queue.h"
#include "server/net/stream.h"

namespace paddock::net {

struct LearnerLinksOptions;

// What a link needs of its owner.
class LearnerLinkOwner {
 public:
  virtual ~LearnerLinkOwner() = default;
  virtual const LearnerLinksOptions& options() const = 0;
  // Of a packet in which a learner that has come over TLS says who it is.
  virtual Status verify_claim(const quorum::QuorumPacket& packet, Stream& stream) = 0;
  virtual void link_packet(LinkId link, const quorum::QuorumPacket& packet) = 0;
  virtual void link_snapshot(LinkId link, Bytes piece, bool last) = 0;
  // Both to be passed on later, not at once.
  virtual void link_drained(LinkId link) = 0;
  // The last call about a link. `why` is empty if there is nothing to say about it.
  virtual void link_lost(LinkId link, const std::string& why) = 0;
};

class LearnerLink : public std::enable_shared_from_this<LearnerLink> {
 public:
  // `opened_here`: we are the learner on it.
  LearnerLink(Stream stream, LinkId id, bool opened_here, LearnerLinkOwner& owner);

  // `received` has come already.
  void start(std::string_view received);
  // Queued until flush().
  void send(const Bytes& bytes);
  void flush();
  // What was sent still leaves, for a moment; nothing is told any more but link_lost().
  void close();
  void leave();

 private:
  void arm_read();
  void on_readable();
  void deliver();
  bool deliver_packet();
  bool is_claim(const quorum::QuorumPacket& packet) const;
  bool deliver_snapshot();
  void arm_write();
  void tell_drained();
  void finish();
  void lose(const std::string& why);

  Stream stream_;
  const LinkId id_;
  const bool opened_here_;
  LearnerLinkOwner* owner_;  // null behind leave()
  quorum::PacketSplitter input_;
  std::optional<quorum::SnapshotScanner> snapshot_;  // while the stream behind a SNAP passes
  OutputQueue output_;
  boost::asio::steady_timer closing_timer_;
  bool write_armed_ = false;
  bool above_low_water_ = false;
  bool closing_ = false;
};

}  // namespace paddock::net
