#include "server/admin/connection_words.h"

#include <fmt/format.h>

#include <iterator>
#include <map>
#include <set>

#include "server/admin/java_text.h"

namespace paddock::admin {
namespace {

using Out = std::back_insert_iterator<std::string>;

uint64_t hex(int64_t value) {
  return static_cast<uint64_t>(value);
}

void write_session_part(Out out, const replica::ConnectionStatus& status) {
  fmt::format_to(out, ",sid=0x{:x},lop={},est={},to={}", hex(status.session.value), status.last_op,
                 status.established_ms, status.timeout_ms);
  if (status.last_xid >= 0) fmt::format_to(out, ",lcxid=0x{:x}", status.last_xid);
  fmt::format_to(out, ",lzxid=0x{:x},lresp={},llat={},minlat={},avglat={},maxlat={}", hex(status.last_zxid),
                 status.last_response_ms, status.last_latency_ms, status.min_latency_ms,
                 static_cast<int64_t>(status.avg_latency_ms), status.max_latency_ms);
}

void write_session_sets(Out out, const std::vector<replica::SessionBucket>& expiry) {
  size_t sessions = 0;
  for (const auto& bucket : expiry) sessions += bucket.sessions.size();
  fmt::format_to(out, "Session Sets ({})/({}):\n", expiry.size(), sessions);
  for (const auto& bucket : expiry) {
    fmt::format_to(out, "{} expire at {}:\n", bucket.sessions.size(), java_date(bucket.expires_at_wall_ms));
    for (const SessionId session : bucket.sessions) fmt::format_to(out, "\t0x{:x}\n", hex(session.value));
  }
}

void write_tracker(Out out, const replica::DumpStatus& dump) {
  fmt::format_to(out, "SessionTracker dump:\n");
  if (dump.local_expiry) {
    fmt::format_to(out, "Local ");
    write_session_sets(out, *dump.local_expiry);
  }
  if (!dump.keeps_time) {
    fmt::format_to(out, "Global Sessions({}):\n", dump.global_sessions.size());
    for (const auto& [session, timeout_ms] : dump.global_sessions) {
      fmt::format_to(out, "0x{:x}\t{}ms\n", hex(session.value), timeout_ms);
    }
    return;
  }
  if (dump.local_expiry) fmt::format_to(out, "Global ");
  write_session_sets(out, dump.expiry);
}

void write_ephemerals(Out out, const replica::DumpStatus& dump) {
  fmt::format_to(out, "ephemeral nodes dump:\nSessions with Ephemerals ({}):\n", dump.ephemerals.size());
  for (const auto& [session, paths] : dump.ephemerals) {
    fmt::format_to(out, "0x{:x}:\n", hex(session.value));
    for (const auto& path : paths) fmt::format_to(out, "\t{}\n", path);
  }
}

// A connection lives as long as its session; one without a session has the time of the handshake.
void write_connections(Out out, const replica::DumpStatus& dump,
                       const std::vector<Sources::Connection>& connections) {
  std::map<SessionId, int64_t> expiry;
  for (const auto* buckets : {&dump.expiry, dump.local_expiry ? &*dump.local_expiry : nullptr}) {
    if (!buckets) continue;
    for (const auto& bucket : *buckets) {
      for (const SessionId session : bucket.sessions) expiry[session] = bucket.expires_at_wall_ms;
    }
  }
  constexpr int64_t kHandshakeMs = 10000;
  std::map<int64_t, std::vector<const Sources::Connection*>> buckets;
  for (const auto& connection : connections) {
    const auto known = expiry.find(connection.status.session);
    const int64_t handshake_end = (connection.status.established_ms / kHandshakeMs + 2) * kHandshakeMs;
    buckets[known == expiry.end() ? handshake_end : known->second].push_back(&connection);
  }
  fmt::format_to(out, "Connections dump:\nConnections Sets ({})/({}):\n", buckets.size(), connections.size());
  for (const auto& [at, list] : buckets) {
    fmt::format_to(out, "{} expire at {}:\n", list.size(), java_date(at));
    for (const auto* connection : list) {
      fmt::format_to(out, "\tip: {} sessionId: 0x{:x}\n", connection->remote,
                     hex(connection->status.session.value));
    }
  }
}

}  // namespace

std::string connection_line(const Sources::Connection& connection, bool full) {
  std::string line;
  const auto out = std::back_inserter(line);
  const auto& status = connection.status;
  fmt::format_to(out, " {}[{:x}](queued={},recved={},sent={}", connection.remote, connection.interest,
                 status.outstanding, status.received, status.sent);
  if (full && status.session.value != 0) write_session_part(out, status);
  line += ")\n";
  return line;
}

std::string cons_text(const std::vector<Sources::Connection>& connections) {
  std::string text;
  for (const auto& connection : connections) text += connection_line(connection, true);
  return text + "\n";
}

std::string dump_text(const replica::DumpStatus& dump, const std::vector<Sources::Connection>& connections) {
  std::string text;
  write_tracker(std::back_inserter(text), dump);
  write_ephemerals(std::back_inserter(text), dump);
  write_connections(std::back_inserter(text), dump, connections);
  return text;
}

std::string wchs_text(const replica::WatchStatus& watches) {
  std::set<std::string_view> paths;
  for (const auto& [path, session] : watches.watches) paths.insert(path);
  return fmt::format("{} connections watching {} paths\nTotal watches:{}\n", watches.connections,
                     paths.size(), watches.watches.size());
}

std::string wchc_text(const replica::WatchStatus& watches) {
  std::map<SessionId, std::set<std::string_view>> by_session;
  for (const auto& [path, session] : watches.watches) by_session[session].insert(path);
  std::string text;
  for (const auto& [session, paths] : by_session) {
    text += fmt::format("0x{:x}\n", hex(session.value));
    for (const auto path : paths) text += fmt::format("\t{}\n", path);
  }
  return text + "\n";
}

std::string wchp_text(const replica::WatchStatus& watches) {
  std::map<std::string_view, std::set<SessionId>> by_path;
  for (const auto& [path, session] : watches.watches) by_path[path].insert(session);
  std::string text;
  for (const auto& [path, sessions] : by_path) {
    text += fmt::format("{}\n", path);
    for (const SessionId session : sessions) text += fmt::format("\t0x{:x}\n", hex(session.value));
  }
  return text + "\n";
}

}  // namespace paddock::admin
