#include "server/main/remark_log.h"

#include <spdlog/spdlog.h>

#include <variant>

#include "server/main/logging.h"

namespace paddock {
namespace {

constexpr int64_t kStrangersIntervalMs = 1000;
constexpr int64_t kLargeAnswersIntervalMs = 1000;
constexpr int64_t kSaslFailuresIntervalMs = 1000;
constexpr int64_t kLimitsIntervalMs = 1000;
constexpr int64_t kExcessIntervalMs = 60'000;
// Quotas are made by clients. Beyond this all begin anew, and tell a little more often.
constexpr size_t kMaxQuotas = 1000;
constexpr size_t kMaxNameBytes = 100;
constexpr size_t kMaxReasonBytes = 300;
constexpr size_t kMaxPathBytes = 200;

const char* limit_name(const znode::QuotaExcess& excess) {
  const bool counts = excess.what == znode::QuotaExcess::What::count;
  if (excess.hard) return counts ? "countHardLimit" : "byteHardLimit";
  return counts ? "countSoftLimit" : "byteSoftLimit";
}

}  // namespace

int64_t RemarkLog::Repeated::happened(Instant now, int64_t interval_ms) {
  ++untold_;
  if (told_ && now < told_at_.plus_ms(interval_ms)) return 0;
  told_ = true;
  told_at_ = now;
  return std::exchange(untold_, 0);
}

void RemarkLog::tell(const replica::Remark& remark, Instant now) {
  std::visit([&](const auto& kind) { take(kind, now); }, remark);
}

void RemarkLog::take(const replica::UnknownEnsemble& stranger, Instant now) {
  const int64_t times = strangers_.happened(now, kStrangersIntervalMs);
  if (times == 0) return;
  spdlog::warn("event=unexpected_ensemble name={} address={} times={}",
               paddock::quoted(std::string_view(stranger.name).substr(0, kMaxNameBytes)), stranger.address,
               times);
}

void RemarkLog::take(const znode::QuotaExcess& excess, Instant now) {
  if (excesses_.size() > kMaxQuotas) excesses_.clear();
  const int kind = 2 * static_cast<int>(excess.what) + static_cast<int>(excess.hard);
  const int64_t times = excesses_[{excess.path, kind}].happened(now, kExcessIntervalMs);
  if (times == 0) return;
  spdlog::warn("event=quota_exceeded path={} limit={} allowed={} used={} times={}",
               paddock::quoted(excess.path), limit_name(excess), excess.limit, excess.used, times);
}

// jute.maxbuffer is ours; what the client has set its own to decides whether it takes the answer.
void RemarkLog::take(const replica::LargeAnswer& answer, Instant now) {
  using Outcome = replica::LargeAnswer::Outcome;
  const int64_t times = large_answers_.happened(now, kLargeAnswersIntervalMs);
  if (times == 0) return;
  const bool above = answer.outcome == Outcome::above_maximum;
  spdlog::warn(
      "event=large_answer op={} path={} bytes={} limit={} key={} done={} session={:#x} address={} times={}",
      client::name_of(answer.type), paddock::quoted(std::string_view(answer.path).substr(0, kMaxPathBytes)),
      answer.bytes, answer.limit,
      above && answer.type != client::OpCode::multi_read ? "paddock.maxAnswerBytes" : "jute.maxbuffer",
      answer.outcome == Outcome::sent ? "sent" : "refused", answer.session.value, answer.address, times);
}

void RemarkLog::take(const replica::SaslFailure& failure, Instant now) {
  const int64_t times = sasl_failures_.happened(now, kSaslFailuresIntervalMs);
  if (times == 0) return;
  spdlog::warn("event=sasl_failed reason={} address={} times={}",
               paddock::quoted(std::string_view(failure.reason).substr(0, kMaxReasonBytes)), failure.address,
               times);
}

void RemarkLog::take(const replica::LimitReached& reached, Instant now) {
  const int64_t times = limits_[reached.key].happened(now, kLimitsIntervalMs);
  if (times == 0) return;
  spdlog::warn("event=limit_reached key={} limit={} address={} times={}", reached.key, reached.limit,
               reached.address, times);
}

}  // namespace paddock
