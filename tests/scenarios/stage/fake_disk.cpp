#include "fake_disk.h"

#include <algorithm>
#include <sstream>

#include "protocol/base/check.h"

namespace paddock::scenarios {
namespace {

constexpr std::string_view kImageEnd = "end of image";
constexpr std::string_view kBytes = "bytes:";

// A word as it is; the bytes of a reconfiguration in hexadecimal.
std::string in_one_line(const std::string& word) {
  if (word.find('\n') == std::string::npos) return word;
  std::string line(kBytes);
  for (const char c : word) line += fmt::format("{:02x}", static_cast<uint8_t>(c));
  return line;
}

std::string from_one_line(const std::string& line) {
  if (!line.starts_with(kBytes)) return line;
  std::string word;
  for (size_t i = kBytes.size(); i + 1 < line.size(); i += 2) {
    word += static_cast<char>(std::stoi(line.substr(i, 2), nullptr, 16));
  }
  return word;
}

}  // namespace

std::string image_of(const Records& state) {
  std::string image;
  for (const Record& record : state)
    image += fmt::format("{} {}\n", record.zxid.value, in_one_line(record.word));
  return image + std::string(kImageEnd);
}

std::optional<Records> state_of(const std::string& image) {
  Records state;
  std::istringstream lines(image);
  for (std::string line; std::getline(lines, line);) {
    if (line == kImageEnd) return state;
    const size_t blank = line.find(' ');
    if (blank == std::string::npos) return std::nullopt;
    state.push_back({Zxid{std::stoll(line.substr(0, blank))}, from_one_line(line.substr(blank + 1))});
  }
  return std::nullopt;
}

void FakeDisk::submit(std::vector<store::LogWork> work, Zxid committed) {
  for (store::LogWork& piece : work) waiting_.push_back({std::move(piece), committed});
}

store::LogWork FakeDisk::complete() {
  PADDOCK_CHECK(!waiting_.empty(), "no disk work waits");
  const Waiting next = std::move(waiting_.front());
  waiting_.pop_front();
  carry_out(next.work);
  // A group notes at most what it holds, or the log would claim commits that it lost.
  noted_commit = std::max(noted_commit, std::min(next.committed, last_logged()));
  used = true;
  return next.work;
}

void FakeDisk::crash(size_t keep) {
  for (size_t i = 0; i < keep && !waiting_.empty(); ++i) complete();
  waiting_.clear();
  staged_.reset();
}

void FakeDisk::carry_out(const store::LogWork& work) {
  std::visit([this](const auto& piece) { carry_out(piece); }, work);
}

void FakeDisk::carry_out(const store::Append& work) {
  Records& target = staged_ ? staged_->log : log;
  const Zxid last = !target.empty() ? target.back().zxid : staged_ ? staged_->zxid : checkpoint;
  PADDOCK_CHECK(work.zxid > last, "the log was asked to append {} behind {}", to_text(work.zxid),
                to_text(last));
  target.push_back({work.zxid, std::string(work.txn.view())});
}

void FakeDisk::carry_out(const store::Truncate& work) {
  Records& target = staged_ ? staged_->log : log;
  const Zxid kept = staged_ ? staged_->zxid : checkpoint;
  PADDOCK_CHECK(work.last >= kept, "a truncation to {} below the checkpoint {}", to_text(work.last),
                to_text(kept));
  std::erase_if(target, [&](const Record& record) { return record.zxid > work.last; });
}

void FakeDisk::carry_out(const store::WriteEpochs& work) {
  PADDOCK_CHECK(work.epochs.accepted >= epochs.accepted && work.epochs.current >= epochs.current &&
                    work.epochs.accepted >= work.epochs.current,
                "epochs {}/{} written over {}/{}", work.epochs.accepted, work.epochs.current, epochs.accepted,
                epochs.current);
  epochs = work.epochs;
  if (epochs.current > 0) damage.clear();
}

void FakeDisk::carry_out(const store::SnapshotBegin& work) {
  staged_ = Staged{work.zxid, {}, {}};
}

void FakeDisk::carry_out(const store::SnapshotChunk& work) {
  PADDOCK_CHECK(staged_.has_value(), "a chunk of no snapshot");
  staged_->image += work.bytes.view();
}

void FakeDisk::carry_out(const store::SnapshotEnd&) {
  PADDOCK_CHECK(staged_.has_value(), "the end of no snapshot");
  const std::optional<Records> received = state_of(staged_->image);
  PADDOCK_CHECK(received.has_value(), "a snapshot was ended in its middle");
  checkpoint = staged_->zxid;
  state = *received;
  log = std::move(staged_->log);
  noted_commit = checkpoint;
  staged_.reset();
}

store::Recovered FakeDisk::recover() const {
  store::Recovered recovered;
  recovered.epochs = epochs;
  recovered.checkpoint = checkpoint;
  recovered.commit_point = std::max(noted_commit, checkpoint);
  recovered.last_logged = last_logged();
  for (const Record& record : log) {
    if (record.zxid > checkpoint) recovered.tail.push_back({{}, record.zxid, Bytes(record.word)});
  }
  recovered.empty = !used;
  recovered.damage = damage;
  return recovered;
}

store::HistoryFetched FakeDisk::read(const store::HistoryRead& wanted) const {
  store::HistoryFetched fetched;
  fetched.id = wanted.id;
  auto at =
      std::find_if(log.begin(), log.end(), [&](const Record& each) { return each.zxid == wanted.after; });
  if (at == log.end()) return fetched;
  fetched.contiguous = true;
  fetched.complete = true;
  size_t bytes = 0;
  for (++at; at != log.end() && at->zxid <= wanted.last; ++at) {
    if (wanted.max_bytes > 0 && bytes >= wanted.max_bytes) {
      fetched.complete = false;
      break;
    }
    bytes += at->word.size();
    fetched.records.push_back({{}, at->zxid, Bytes(at->word)});
  }
  return fetched;
}

bool FakeDisk::holds(Zxid zxid) const {
  if (zxid <= checkpoint) return true;
  return std::any_of(log.begin(), log.end(), [&](const Record& each) { return each.zxid == zxid; });
}

void FakeDisk::set_checkpoint(const Records& applied) {
  if (applied.empty() || applied.back().zxid <= checkpoint || !holds(applied.back().zxid)) return;
  state = applied;
  checkpoint = applied.back().zxid;
  used = true;
}

void FakeDisk::purge(Zxid zxid) {
  PADDOCK_CHECK(zxid <= checkpoint, "{} is not in the checkpoint {}", to_text(zxid), to_text(checkpoint));
  std::erase_if(log, [&](const Record& record) { return record.zxid <= zxid; });
}

}  // namespace paddock::scenarios
