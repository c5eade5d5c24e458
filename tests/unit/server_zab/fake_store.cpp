#include "fake_store.h"

#include <catch2/catch.hpp>
#include <sstream>

namespace paddock::zab::test {

namespace {

// A reconfiguration is bytes, and holds what ends an image.
std::string to_hex(const std::string& bytes) {
  constexpr const char* kDigits = "0123456789abcdef";
  std::string hex;
  for (const char c : bytes) {
    hex += kDigits[static_cast<uint8_t>(c) >> 4];
    hex += kDigits[static_cast<uint8_t>(c) & 15];
  }
  return hex;
}

std::string from_hex(const std::string& hex) {
  std::string bytes;
  for (size_t i = 0; i + 1 < hex.size(); i += 2) {
    bytes += static_cast<char>(std::stoi(hex.substr(i, 2), nullptr, 16));
  }
  return bytes;
}

}  // namespace

std::string image_of(const Entries& tree) {
  std::string image;
  for (const Entry& entry : tree) image += std::to_string(entry.zxid.value) + '=' + to_hex(entry.txn) + '\n';
  return image + kImageEnd;
}

std::optional<Entries> tree_of(const std::string& image) {
  if (image.empty() || image.back() != kImageEnd) return std::nullopt;
  Entries tree;
  std::istringstream lines(image.substr(0, image.size() - 1));
  for (std::string line; std::getline(lines, line);) {
    const size_t equals = line.find('=');
    if (equals == std::string::npos) return std::nullopt;
    tree.push_back({Zxid{std::stoll(line)}, from_hex(line.substr(equals + 1))});
  }
  return tree;
}

void FakeStore::submit(std::vector<store::LogWork> work) {
  for (store::LogWork& piece : work) pending_.push_back(std::move(piece));
}

DiskSeq FakeStore::sync(size_t count) {
  DiskSeq last;
  for (; count > 0; --count) {
    last = store::seq_of(pending_.front());
    std::visit([this](const auto& work) { apply(work); }, pending_.front());
    pending_.pop_front();
  }
  return last;
}

void FakeStore::apply(const store::Append& work) {
  Base& base = staged_ ? *staged_ : base_;
  const Zxid last = base.log.empty() ? base.log_begin : base.log.back().zxid;
  INFO("log ends at " << last.value << ", appended " << work.zxid.value);
  REQUIRE(work.zxid > last);
  base.log.push_back({work.zxid, std::string(work.txn.view())});
}

void FakeStore::apply(const store::Truncate& work) {
  REQUIRE_FALSE(staged_.has_value());
  REQUIRE(work.last >= base_.image_zxid);
  while (!base_.log.empty() && base_.log.back().zxid > work.last) base_.log.pop_back();
}

void FakeStore::apply(const store::WriteEpochs& work) {
  REQUIRE(work.epochs.accepted >= epochs_.accepted);
  REQUIRE(work.epochs.current >= epochs_.current);
  REQUIRE(work.epochs.current <= work.epochs.accepted);
  epochs_ = work.epochs;
}

void FakeStore::apply(const store::SnapshotBegin& work) {
  staged_.emplace();
  staged_->image_zxid = staged_->log_begin = work.zxid;
  staged_image_.clear();
}

void FakeStore::apply(const store::SnapshotChunk& work) {
  REQUIRE(staged_.has_value());
  staged_image_ += work.bytes.view();
}

void FakeStore::apply(const store::SnapshotEnd&) {
  REQUIRE(staged_.has_value());
  const auto tree = tree_of(staged_image_);
  REQUIRE(tree.has_value());
  staged_->image = *tree;
  base_ = *staged_;
  staged_.reset();
}

store::HistoryFetched FakeStore::read(const store::HistoryRead& wanted) const {
  store::HistoryFetched answer;
  answer.id = wanted.id;
  const auto reached = [&](Zxid zxid) {
    const bool start_of_epoch = wanted.after.counter() == 0 && zxid < wanted.after;
    answer.contiguous = answer.contiguous || zxid == wanted.after || start_of_epoch;
    answer.complete = answer.complete || zxid >= wanted.last;
  };
  size_t bytes = 0;
  reached(base_.log_begin);
  for (const Entry& entry : base_.log) {
    if (entry.zxid > wanted.after && entry.zxid <= wanted.last) {
      bytes += entry.txn.size();
      if (wanted.max_bytes != 0 && bytes > wanted.max_bytes && !answer.records.empty()) break;
      answer.records.push_back({{}, entry.zxid, Bytes(entry.txn)});
    }
    reached(entry.zxid);
  }
  if (!answer.contiguous) answer.records.clear();
  return answer;
}

std::optional<store::SnapshotPiece> FakeStore::read(const store::SnapshotRead& wanted) {
  if (wanted.close) {
    REQUIRE(images_.erase(wanted.id) <= 1);
    return std::nullopt;
  }
  const auto [place, opened] = images_.try_emplace(wanted.id);
  OpenImage& image = place->second;
  if (opened) image = {base_.image_zxid, image_of(base_.image), 0};
  constexpr size_t kPiece = 40;
  const std::string bytes = image.bytes.substr(image.given, kPiece);
  image.given += bytes.size();
  return store::SnapshotPiece{wanted.id, image.zxid, Bytes(bytes), image.given == image.bytes.size()};
}

void FakeStore::crash(size_t landed) {
  sync(landed);
  pending_.clear();
  staged_.reset();
  images_.clear();
}

store::Recovered FakeStore::recover() const {
  store::Recovered recovered;
  recovered.epochs = epochs_;
  recovered.checkpoint = base_.image_zxid;
  recovered.commit_point = base_.image_zxid;
  recovered.last_logged = last_logged();
  for (const Entry& entry : base_.log) {
    if (entry.zxid > base_.image_zxid) recovered.tail.push_back({{}, entry.zxid, Bytes(entry.txn)});
  }
  return recovered;
}

void FakeStore::checkpoint(const Entries& tree, Zxid applied, bool purge) {
  if (staged_ || applied <= base_.image_zxid || applied > last_logged()) return;
  base_.image = tree;
  base_.image_zxid = applied;
  if (!purge) return;
  while (!base_.log.empty() && base_.log.front().zxid <= applied) {
    base_.log_begin = base_.log.front().zxid;
    base_.log.erase(base_.log.begin());
  }
}

}  // namespace paddock::zab::test
