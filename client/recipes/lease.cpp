#include "client/recipes/lease.h"

#include <fmt/core.h>

#include <boost/asio/ip/host_name.hpp>
#include <charconv>
#include <nlohmann/json.hpp>

#include "client/helpers.h"
#include "client/recipes/lock.h"
#include "client/recipes/naming.h"

namespace paddock::recipes {
namespace {

using client::NodeData;
using nlohmann::json;
using Term = LeaseTerm;

constexpr int64_t kVersion = 1;
// Beyond, the year would have five digits some day, which nobody reads.
constexpr int64_t kLongestMs = 1000ll * 3600 * 24 * 366 * 1000;
constexpr std::string_view kHolderNode = "lease_holder";

std::string host_name() {
  boost::system::error_code err;
  return boost::asio::ip::host_name(err);
}

LeaseOptions completed(LeaseOptions options) {
  if (options.identifier.empty()) options.identifier = host_name();
  if (!options.now) {
    options.now = [] {
      return std::chrono::time_point_cast<std::chrono::milliseconds>(std::chrono::system_clock::now());
    };
  }
  return options;
}

// The digits at `at` as a number.
std::optional<int> number_at(std::string_view text, size_t at, size_t digits) {
  int number = 0;
  const char* const end = text.data() + at + digits;
  const auto [stopped, err] = std::from_chars(text.data() + at, end, number);
  return err == std::errc() && stopped == end && number >= 0 ? std::optional(number) : std::nullopt;
}

// "2026-11-22T12:00:00"
std::optional<WallTime> parse_time(std::string_view text) {
  constexpr std::string_view kForm = "0000-00-00T00:00:00";
  if (text.size() != kForm.size()) return std::nullopt;
  for (size_t i = 0; i < kForm.size(); ++i) {
    if (kForm[i] != '0' && text[i] != kForm[i]) return std::nullopt;
  }
  const auto year = number_at(text, 0, 4), month = number_at(text, 5, 2), day = number_at(text, 8, 2);
  const auto hour = number_at(text, 11, 2), minute = number_at(text, 14, 2), second = number_at(text, 17, 2);
  if (!year || !month || !day || !hour || !minute || !second) return std::nullopt;
  const std::chrono::year_month_day date{std::chrono::year(*year), std::chrono::month(unsigned(*month)),
                                         std::chrono::day(unsigned(*day))};
  if (!date.ok() || *hour > 23 || *minute > 59 || *second > 61) return std::nullopt;
  return WallTime(std::chrono::sys_days(date)) + std::chrono::hours(*hour) + std::chrono::minutes(*minute) +
         std::chrono::seconds(*second);
}

std::string format_time(WallTime time) {
  const auto midnight = std::chrono::floor<std::chrono::days>(time);
  const std::chrono::year_month_day date(midnight);
  const std::chrono::hh_mm_ss clock(std::chrono::floor<std::chrono::seconds>(time - midnight));
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}", int(date.year()), unsigned(date.month()),
                     unsigned(date.day()), clock.hours().count(), clock.minutes().count(),
                     clock.seconds().count());
}

// True: somebody else has changed the node, or it is unknown whether we have; to look again tells.
bool is_worth_a_look(const client::AsyncClient& zk, ErrorCode err) {
  return err == ErrorCode::bad_version || err == ErrorCode::node_exists || err == ErrorCode::no_node ||
         err == ErrorCode::connection_loss || (err == ErrorCode::session_expired && !zk.ended());
}

Async<Outcome<NodeData>> read_holder(ClientPtr zk, std::string path, Limits limits) {
  const auto get = [zk, limits, node = child_path(path, kHolderNode)] {
    return zk->under(limits).async_get(node, false, use_awaitable);
  };
  for (;;) {
    Outcome<NodeData> node = co_await client::retried(get);
    if (node.err != ErrorCode::session_expired || zk->ended()) co_return node;
  }
}

}  // namespace

std::optional<LeaseRecord> parse_lease(std::string_view data) {
  const json record = json::parse(data, nullptr, false);
  if (!record.is_object()) return std::nullopt;
  const auto version = record.find("version"), holder = record.find("holder"), end = record.find("end");
  if (version == record.end() || !version->is_number_integer()) return std::nullopt;
  LeaseRecord lease;
  lease.version = version->get<int64_t>();
  if (lease.version != kVersion) return lease;
  if (holder == record.end() || !holder->is_string()) return std::nullopt;
  if (end == record.end() || !end->is_string()) return std::nullopt;
  const auto time = parse_time(end->get_ref<const std::string&>());
  if (!time) return std::nullopt;
  lease.holder = holder->get<std::string>();
  lease.end = *time;
  return lease;
}

std::string format_lease(const LeaseRecord& record) {
  const std::string holder = json(record.holder).dump(-1, ' ', true, json::error_handler_t::replace);
  return fmt::format(R"({{"version": {}, "holder": {}, "end": "{}"}})", record.version, holder,
                     format_time(record.end));
}

Lease::Lease(ClientPtr zk, std::string path, int64_t duration_ms, LeaseOptions options)
    : zk_(std::move(zk)),
      path_(std::move(path)),
      duration_ms_(duration_ms),
      options_(completed(std::move(options))) {}

Async<Outcome<Term>> Lease::obtain(Limits limits) {
  if (duration_ms_ < 0 || duration_ms_ > kLongestMs) co_return Outcome<Term>{ErrorCode::bad_arguments, {}};
  LockOptions who;
  who.identifier = options_.identifier;
  Lock guard(zk_, path_, who);
  Outcome<Hold> guarded = co_await guard.acquire(limits);
  if (!guarded) co_return Outcome<Term>{guarded.err, {}};
  const Outcome<Term> term = co_await take(limits);
  // Waited for, so that who is asked next need not; the guard goes all the same when the limit is reached.
  [[maybe_unused]] const Outcome<Nothing> released = co_await guarded.value.release(limits);
  co_return term;
}

// The guard keeps kazoo away; our own changes hold without it.
Async<Outcome<Term>> Lease::take(Limits limits) {
  const std::string path = child_path(path_, kHolderNode);
  for (;;) {
    const Outcome<NodeData> node = co_await read_holder(zk_, path_, limits);
    if (!node && node.err != ErrorCode::no_node) co_return Outcome<Term>{node.err, {}};
    const WallTime now = options_.now();
    if (node) {
      const auto record = parse_lease(node.value.data);
      if (!record) co_return Outcome<Term>{ErrorCode::marshalling_error, {}};
      const bool others = record->holder != options_.identifier && now < record->end;
      if (record->version != kVersion || others)
        co_return Outcome<Term>{ErrorCode::ok, {false, record->holder, record->end, {}}};
    }
    const WallTime end =
        std::chrono::floor<std::chrono::seconds>(now + std::chrono::milliseconds(duration_ms_));
    const LeaseRecord wanted{kVersion, options_.identifier, end};
    const std::string data = format_lease(wanted);
    ErrorCode err = ErrorCode::ok;
    int64_t fence = 0;
    if (node) {
      const Outcome<client::Stat> set =
          co_await zk_->under(limits).async_set(path, data, node.value.stat.version, use_awaitable);
      err = set.err;
      fence = set.value.mzxid;
    } else {
      const client::CreateOptions options;
      const Outcome<client::Created> created =
          co_await zk_->under(limits).async_create(path, data, options, use_awaitable);
      err = created.err;
      fence = created.value.stat.mzxid;
    }
    if (err == ErrorCode::ok) co_return Outcome<Term>{err, {true, options_.identifier, end, Zxid{fence}}};
    if (!is_worth_a_look(*zk_, err)) co_return Outcome<Term>{err, {}};
    if (err == ErrorCode::no_node) {
      const Outcome<Nothing> above = co_await client::ensure_path(zk_, path_, limits);
      if (!above) co_return Outcome<Term>{above.err, {}};
    }
  }
}

Async<Outcome<Nothing>> Lease::give_back(Limits limits) {
  Lock guard(zk_, path_);
  Outcome<Hold> guarded = co_await guard.acquire(limits);
  if (!guarded) co_return Outcome<Nothing>{guarded.err, {}};
  const Outcome<Nothing> dropped = co_await drop(limits);
  [[maybe_unused]] const Outcome<Nothing> released = co_await guarded.value.release(limits);
  co_return dropped;
}

Async<Outcome<Nothing>> Lease::drop(Limits limits) {
  const std::string path = child_path(path_, kHolderNode);
  for (;;) {
    const Outcome<NodeData> node = co_await read_holder(zk_, path_, limits);
    if (node.err == ErrorCode::no_node) co_return Outcome<Nothing>{};
    if (!node) co_return Outcome<Nothing>{node.err, {}};
    const auto record = parse_lease(node.value.data);
    const bool ours = record && record->version == kVersion && record->holder == options_.identifier;
    if (!ours) co_return Outcome<Nothing>{};
    const Outcome<Nothing> removed =
        co_await zk_->under(limits).async_remove(path, node.value.stat.version, use_awaitable);
    if (removed || !is_worth_a_look(*zk_, removed.err)) co_return removed;
  }
}

Async<Outcome<std::optional<LeaseRecord>>> Lease::look(Limits limits) {
  using Found = std::optional<LeaseRecord>;
  const Outcome<NodeData> node = co_await read_holder(zk_, path_, limits);
  if (node.err == ErrorCode::no_node) co_return Outcome<Found>{};
  if (!node) co_return Outcome<Found>{node.err, {}};
  Found record = parse_lease(node.value.data);
  const ErrorCode err = record ? ErrorCode::ok : ErrorCode::marshalling_error;
  co_return Outcome<Found>{err, std::move(record)};
}

MultiLease::MultiLease(ClientPtr zk, const std::string& path, size_t count, int64_t duration_ms,
                       LeaseOptions options)
    : identifier_(completed(options).identifier) {
  for (size_t slot = 0; slot < count; ++slot) {
    leases_.emplace_back(zk, child_path(path, std::to_string(slot)), duration_ms, options);
  }
}

Async<Outcome<Term>> MultiLease::obtain(Limits limits) {
  // kazoo takes the first that is free, and so a second one when a slot before ours is given up.
  std::vector<size_t> order;
  for (size_t slot = 0; slot < leases_.size(); ++slot) {
    const Outcome<std::optional<LeaseRecord>> found = co_await leases_[slot].look(limits);
    if (!found && found.err != ErrorCode::marshalling_error) co_return Outcome<Term>{found.err, {}};
    const bool ours = found.value && found.value->holder == identifier_;
    order.insert(ours ? order.begin() : order.end(), slot);
  }
  std::optional<Term> next;
  for (const size_t slot : order) {
    Outcome<Term> term = co_await leases_[slot].obtain(limits);
    term.value.slot = slot;
    if (!term || term.value.ours) co_return term;
    if (!next || term.value.end < next->end) next = term.value;
  }
  if (!next) co_return Outcome<Term>{ErrorCode::bad_arguments, {}};
  co_return Outcome<Term>{ErrorCode::ok, *next};
}

}  // namespace paddock::recipes
