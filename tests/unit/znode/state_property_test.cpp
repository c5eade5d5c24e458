#include <catch2/catch.hpp>
#include <map>
#include <string>
#include <vector>

#include "history.h"

namespace paddock::znode::test {
namespace {

Options extended() {
  Options options;
  options.extended_types = true;
  return options;
}

void feed(State& state, const std::string& bytes) {
  const Result<txn::Txn> txn = txn::decode_txn(bytes);
  REQUIRE(txn.ok());
  state.apply(*txn);
}

// Quota usage is local bookkeeping that the model does not do.
Model without_usage(Model model) {
  for (auto& [path, node] : model.nodes) {
    if (path.ends_with("/zookeeper_stats")) node.data.reset();
  }
  return model;
}

// What a checkpoint keeps: all deltas, merged.
class Disk {
 public:
  void write(const Delta& delta) {
    size_t bytes = 0;
    for (const Delta::Entry& entry : delta.entries) {
      bytes += entry.key.size() + (entry.value ? entry.value->size() : 0);
      if (entry.value) {
        entries_[std::string(entry.key)] = *entry.value;
      } else {
        entries_.erase(std::string(entry.key));
      }
    }
    CHECK(bytes == delta.bytes);
    applied_ = delta.applied;
    checksum_ = delta.checksum;
  }
  // `applied`: claims an older position, as a fuzzy snapshot does.
  void load_into(State& state, Zxid applied) const {
    state.begin_load();
    for (const auto& [key, value] : entries_) {
      const Status loaded = load_entry(state, key, value);
      REQUIRE((loaded.ok() || loaded.fault().message.empty()));
    }
    REQUIRE(state.finish_load(applied, checksum_).ok());
  }
  void load_into(State& state) const { load_into(state, applied_); }

 private:
  std::map<std::string, std::string> entries_;
  Zxid applied_;
  StateChecksum checksum_;
};

}  // namespace

TEST_CASE("State equals a plain map after every transaction of a random history") {
  for (uint32_t seed = 1; seed <= 20; ++seed) {
    CAPTURE(seed);
    State state(extended());
    History history(seed, model_of(state));
    for (int i = 0; i < 300; ++i) {
      feed(state, history.next());
      if (i % 10 == 0) REQUIRE(without_usage(model_of(state)) == without_usage(history.model()));
    }
    CHECK(without_usage(model_of(state)) == without_usage(history.model()));
    CHECK(state.digest_mismatches() == 0);
  }
}

TEST_CASE("deltas cut anywhere load into the same state, which goes on the same way") {
  for (uint32_t seed = 1; seed <= 20; ++seed) {
    CAPTURE(seed);
    std::mt19937 random(seed);
    Disk disk;
    auto state = std::make_unique<State>(extended());
    disk.write(state->full_delta());
    state->record_changes(true);
    History history(seed, model_of(*state));
    for (int i = 0; i < 400; ++i) {
      feed(*state, history.next());
      if (random() % 8 != 0) continue;
      disk.write(state->take_delta());
      CHECK(state->pending_delta_bytes() == 0);
      auto loaded = std::make_unique<State>(extended());
      disk.load_into(*loaded);
      REQUIRE(without_usage(model_of(*loaded)) == without_usage(model_of(*state)));
      CHECK(loaded->last_applied() == state->last_applied());
      if (random() % 4 == 0) {
        state = std::move(loaded);
        state->record_changes(true);
      }
    }
    CHECK(without_usage(model_of(*state)) == without_usage(history.model()));
    CHECK(state->digest_mismatches() == 0);
  }
}

TEST_CASE("deltas built while transactions go on load into the state at their cut") {
  for (uint32_t seed = 1; seed <= 20; ++seed) {
    CAPTURE(seed);
    std::mt19937 random(seed);
    Disk disk;
    State state(extended());
    disk.write(state.full_delta());
    state.record_changes(true);
    History history(seed, model_of(state));
    Model at_cut;
    for (int i = 0; i < 600; ++i) {
      feed(state, history.next());
      if (!state.delta_begun()) {
        if (random() % 8 != 0) continue;
        at_cut = model_of(state);
        state.begin_delta();
        continue;
      }
      const std::optional<Delta> delta = state.build_delta(random() % 3);
      if (!delta) continue;
      disk.write(*delta);
      State loaded(extended());
      disk.load_into(loaded);
      REQUIRE(without_usage(model_of(loaded)) == without_usage(at_cut));
    }
  }
}

TEST_CASE("applying a history again over a newer state ends in the same state") {
  for (uint32_t seed = 1; seed <= 40; ++seed) {
    CAPTURE(seed);
    std::mt19937 random(seed);
    State state(extended());
    History history(seed, model_of(state));
    std::vector<std::string> transactions;
    const auto run = [&](size_t count) {
      for (size_t i = 0; i < count; ++i) {
        transactions.push_back(history.next());
        feed(state, transactions.back());
      }
    };
    run(50 + random() % 50);
    const size_t replay_from = transactions.size();
    run(random() % 100);
    Disk disk;
    disk.write(state.full_delta());
    run(random() % 50);

    State replayed(extended());
    disk.load_into(replayed, Zxid{static_cast<int64_t>(replay_from)});
    for (size_t i = replay_from; i < transactions.size(); ++i) feed(replayed, transactions[i]);
    CHECK(without_usage(model_of(replayed)) == without_usage(history.model()));
    CHECK(replayed.last_applied() == state.last_applied());
  }
}

TEST_CASE("equal histories give equal checksums, whatever the order of cuts") {
  State one(extended());
  State other(extended());
  other.record_changes(true);
  History history(7, model_of(one));
  for (int i = 0; i < 500; ++i) {
    const std::string txn = history.next();
    feed(one, txn);
    feed(other, txn);
    if (i % 7 == 0) other.take_delta();
    REQUIRE(one.checksum() == other.checksum());
  }
}

}  // namespace paddock::znode::test
