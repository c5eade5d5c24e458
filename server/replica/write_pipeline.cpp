#include "server/replica/write_pipeline.h"

#include <optional>
#include <utility>

#include "protocol/base/check.h"
#include "protocol/client/records.h"
#include "protocol/jute/codec.h"

namespace paddock::replica {
namespace {

using client::OpCode;

const znode::Identities kNobody;

std::optional<std::string> text_of(const jute::Text& text) {
  if (text.is_null()) return std::nullopt;
  return text.str();
}

// A body that cannot be read is the preparer's to refuse.
znode::ReconfigAnswer answer_to_reconfig(const zab::Engine& engine, std::string_view body, Zxid zxid) {
  const auto asked = jute::decoded<client::ReconfigRequest>(body);
  if (!asked) return {};
  const zab::ReconfigOrder order{text_of(asked->joining), text_of(asked->leaving),
                                 text_of(asked->new_members), asked->config_id};
  const zab::ReconfigPlan plan = engine.plan_reconfig(order, zxid);
  if (plan.err != ErrorCode::ok) return {plan.err, {}};
  return {ErrorCode::ok, plan.membership.to_text()};
}

}  // namespace

void WritePipeline::submit(const Submission& submission, Now now) {
  note_session(submission, now);
  if (may_propose()) return propose(submission, now.wall);
  held_.push_back({submission, std::string(submission.body)});
}

void WritePipeline::note_session(const Submission& submission, Now now) {
  if (submission.type == OpCode::close_session) return sessions_.mark_closing(submission.session);
  if (submission.type != OpCode::create_session) return;
  const auto request = jute::decoded<client::CreateSessionRequest>(submission.body);
  if (!request) return;
  sessions_.track(submission.session, request->timeout_ms, now);
  sessions_.set_owner(submission.session, submission.from);
}

void WritePipeline::resume(Now now) {
  while (!held_.empty() && engine_.may_propose()) {
    Held held = std::move(held_.front());
    held_.pop_front();
    held.submission.body = held.body;
    propose(held.submission, now.wall);
  }
}

void WritePipeline::propose(const Submission& submission, WallTime now) {
  if (submission.type == OpCode::sync) {
    syncs_.push_back({++last_sync_, submission.connection, submission.from});
    return engine_.request_sync(last_sync_);
  }
  znode::ReconfigAnswer answer;
  znode::WriteRequest request{
      .session = submission.session,
      .cxid = submission.cxid,
      .type = submission.type,
      .body = submission.body,
      .identities = submission.identities ? submission.identities.get() : &kNobody,
      .session_check = submission.session_check,
  };
  const Zxid zxid = engine_.next_zxid();
  if (submission.type == OpCode::reconfig) {
    answer = answer_to_reconfig(engine_, submission.body, zxid);
    request.reconfig = &answer;
  }
  znode::Prepared prepared = preparer_.prepare(request, zxid, now);
  for (znode::QuotaExcess& excess : prepared.excesses) remarks_.emplace_back(std::move(excess));
  in_flight_.push_back({zxid, submission.connection, submission.session});
  engine_.propose(zxid, Bytes(std::move(prepared.txn)));
}

ConnectionId WritePipeline::applied(Zxid zxid) {
  if (in_flight_.empty()) return {};
  const Origin origin = in_flight_.front();
  PADDOCK_CHECK(origin.zxid == zxid, "{:#x} was applied while {:#x} is the oldest one proposed", zxid.value,
                origin.zxid.value);
  in_flight_.pop_front();
  preparer_.applied(zxid);
  return origin.connection;
}

WritePipeline::Sync WritePipeline::synced(uint64_t id) {
  PADDOCK_CHECK(!syncs_.empty() && syncs_.front().id == id, "sync {} was confirmed out of order", id);
  const Sync sync = syncs_.front();
  syncs_.pop_front();
  return sync;
}

size_t WritePipeline::adopt(SessionId session, ConnectionId connection) {
  size_t adopted = 0;
  for (Origin& origin : in_flight_) {
    if (origin.session != session || origin.connection == ConnectionId{}) continue;
    origin.connection = connection;
    ++adopted;
  }
  for (Held& held : held_) {
    Submission& submission = held.submission;
    const bool answered = submission.connection != ConnectionId{} && submission.type != OpCode::sync;
    if (submission.session != session || !answered) continue;
    submission.connection = connection;
    ++adopted;
  }
  return adopted;
}

void WritePipeline::reset() {
  preparer_.reset();
  in_flight_.clear();
  syncs_.clear();
  held_.clear();
}

}  // namespace paddock::replica
