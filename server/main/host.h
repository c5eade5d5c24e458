// Host: carries out what the replica wants done. It brings clients' frames, the peers' events and the disk's
// completions in, and takes answers, messages, disk work and checkpoint deltas out, once per batch.
//
// Owner: main. Threads: the loop thread.
//
// Invariants
// 1. take_ready() runs once behind every batch of inputs. Messages are sent before disk work is handed over,
//    so that the peers' disks work while ours does, and that before any answer.
// 2. After drain() the loop ends as soon as everything accepted is answered and taken, or at the
//    deadline.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <cstdint>
#include <optional>
#include <string_view>

#include "server/admin/four_letter_words.h"
#include "server/main/audit_log.h"
#include "server/main/clock.h"
#include "server/main/oracle_file.h"
#include "server/main/peers.h"
#include "server/main/reconfiguration.h"
#include "server/main/remark_log.h"
#include "server/main/settings.h"
#include "server/net/client_server.h"
#include "server/replica/replica.h"
#include "server/store/store.h"

namespace paddock {

class Host : public net::ClientHandler {
 public:
  // `audit`: null if there is no audit log.
  Host(boost::asio::io_context& io, const Settings& settings, replica::Replica& replica, store::Store& store,
       AuditLog* audit);

  // Opens the client port and starts the clock. A fault names the address.
  Status start();
  // No new connections and requests; ends the loop when the outstanding ones are answered.
  void drain();
  // The store's events, on the loop thread: a piece of disk work is durable; what was read.
  void persisted(DiskSeq seq);
  void history_fetched(const store::HistoryFetched& history);
  void snapshot_piece(const store::SnapshotPiece& piece);

  uint16_t client_port() const { return clients_.port(); }
  uint16_t secure_client_port() const { return clients_.secure_port(); }

  // --- net::ClientHandler
  void on_connect(ConnectionId connection, std::string_view address) override;
  void on_certificate(ConnectionId connection, const std::string& subject) override;
  void on_client_remark(std::string_view text) override;
  bool has_room(int32_t length) override;
  bool on_frame(ConnectionId connection, std::string_view frame) override;
  void on_disconnect(ConnectionId connection) override;
  bool throttled(ConnectionId connection) override;
  std::optional<std::string> on_word(ConnectionId connection, std::string_view received) override;
  void on_batch_end() override;

 private:
  struct RoleTold {
    zab::Role role = zab::Role::looking;
    zab::Phase phase = zab::Phase::election;
    ServerId leader{-1};
    friend bool operator==(const RoleTold&, const RoleTold&) = default;
  };

  void arm_tick();
  void arm_engine_timer();
  void tick(Now now);
  bool is_tick_overdue();
  void step();
  void submit(std::vector<store::LogWork> work, Zxid committed);
  void heed_oracle(bool grants, Instant asked_at);
  void note_serving();
  void note_role();
  void note_digests();
  void note_commit_point();
  void note_memory();
  void end_if_drained();
  admin::Sources sources();
  std::vector<admin::Sources::Connection> list_connections() const;
  admin::Sources::Settings describe_settings() const;
  admin::Sources::Lines own_metrics() const;

  boost::asio::io_context& io_;
  const Settings settings_;
  replica::Replica& replica_;
  store::Store& store_;
  AuditLog* const audit_;
  net::ClientServer clients_;
  admin::FourLetterWords words_;
  std::optional<Peers> peers_;                      // in an ensemble
  std::optional<Reconfiguration> reconfiguration_;  // if it may be reconfigured
  std::optional<OracleFile> oracle_;                // if there is one
  RemarkLog remarks_;
  boost::asio::steady_timer tick_timer_;
  boost::asio::steady_timer engine_timer_;
  std::optional<Instant> engine_timer_at_;  // it is armed for
  BatchClock clock_;
  Instant ticked_;
  Zxid committed_;         // as the replica last said
  Zxid noted_;             // in the log's last group
  bool log_used_ = false;  // since the last tick
  int asked_ = 0;          // by clients since the last append
  int lone_appends_ = 0;   // in a row, that at most their own client asked for anything since the one before
  bool was_serving_ = false;
  bool trimmed_ = false;
  Instant memory_noted_;
  RoleTold told_role_;  // as the log said it last
  int64_t told_digest_mismatches_ = 0;
  std::optional<Instant> drain_deadline_;
  int64_t words_received_ = 0;
  ConnectionId asking_;  // whose word is being answered
};

}  // namespace paddock
