// The agent (line_agent.h) for whatever is acquired, waited for and watched.
#include <map>

#include "client/helpers.h"
#include "client/recipes/barrier.h"
#include "client/recipes/counter.h"
#include "client/recipes/election.h"
#include "client/recipes/group.h"
#include "client/recipes/leader_latch.h"
#include "client/recipes/locking_queue.h"
#include "client/recipes/multi_lock.h"
#include "client/recipes/queue.h"
#include "client/recipes/read_write_lock.h"
#include "client/recipes/semaphore.h"
#include "client/recipes/tree_cache.h"
#include "client/recipes/watch.h"
#include "line_agent.h"

namespace paddock::recipes {
namespace {

class Agent : public LineAgent {
 public:
  using LineAgent::LineAgent;

 private:
  void drop_all() override {
    holds_.clear();
    watches_.clear();
  }

  // Keeps what was acquired under the request's tag.
  std::string keep(const std::string& tag, Outcome<Hold> hold) {
    if (!hold) return word_of(hold.err);
    const std::string fence = std::to_string(hold.value.fence().value);
    const std::string path = hold.value.path();
    on_lost_[tag] = std::make_unique<OnLost>(hold.value.lost(), [tag] { say(tag + " lost"); });
    holds_[tag] = std::move(hold.value);
    return "ok " + fence + " " + path;
  }

  static Naming naming(const std::string& word) {
    return word == "curator" ? Naming::curator : word == "bridge" ? Naming::bridge : Naming::kazoo;
  }

  Async<std::string> perform(Words words) override {
    const std::string& command = words[1];
    if (command == "lock" || command == "try" || command == "read" || command == "write") {
      co_return co_await take_lock(words);
    }
    if (command == "semaphore") co_return co_await take_semaphore(words);
    if (command == "release") co_return co_await release(words[2]);
    if (command == "barrier" || command == "enter" || command == "leave") co_return co_await pass(words);
    if (command == "put" || command == "take") co_return co_await use_queue(words);
    if (command == "claim" || command == "finish" || command == "offer")
      co_return co_await use_locking_queue(words);
    if (command == "add" || command == "number") co_return co_await count(words);
    if (command == "multi" || command == "members") co_return co_await use_others(words);
    if (command == "observe" || command == "latch" || command == "member") co_return take_part(words);
    if (command == "watch") co_return watch(words);
    co_return "unknown";
  }

  // lock|try|read|write PATH STYLE MS|- [suspended|lost]
  Async<std::string> take_lock(Words words) {
    LockOptions options;
    options.naming = naming(words[3]);
    options.identifier = "agent";
    options.lost_when = words[5] == "lost" ? LossPolicy::lost : LossPolicy::suspended;
    const Limits limits = within(words[4]);
    Outcome<Hold> hold;
    if (words[1] == "read" || words[1] == "write") {
      ReadWriteLock lock(zk(), words[2], options);
      auto wait = words[1] == "read" ? lock.read(limits) : lock.write(limits);
      hold = co_await std::move(wait);
    } else {
      Lock lock(zk(), words[2], options);
      auto wait = words[1] == "lock" ? lock.acquire(limits) : lock.try_acquire(limits);
      hold = co_await std::move(wait);
    }
    co_return keep(words[0], std::move(hold));
  }

  // semaphore PATH STYLE MS|- LEASES
  Async<std::string> take_semaphore(Words words) {
    SemaphoreOptions options;
    options.naming = naming(words[3]);
    options.identifier = "agent";
    const Limits limits = within(words[4]);
    Semaphore semaphore(zk(), words[2], std::stoi(words[5]), options);
    Outcome<Hold> hold = co_await semaphore.acquire(limits);
    co_return keep(words[0], std::move(hold));
  }

  Async<std::string> release(std::string tag) {
    const auto found = holds_.find(tag);
    if (found == holds_.end()) co_return "unknown";
    Hold hold = std::move(found->second);
    holds_.erase(found);
    on_lost_.erase(tag);
    const Outcome<Nothing> released = co_await hold.release();
    co_return word_of(released.err);
  }

  // barrier PATH raise|lower|wait MS ; enter|leave PATH MEMBERS MS
  Async<std::string> pass(Words words) {
    const Limits limits = within(words[4]);
    Outcome<Nothing> passed;
    if (words[1] == "barrier") {
      Barrier barrier(zk(), words[2]);
      auto wait = words[3] == "raise"   ? barrier.raise(limits)
                  : words[3] == "lower" ? barrier.lower(limits)
                                        : barrier.wait(limits);
      passed = co_await std::move(wait);
    } else {
      auto& barrier = barriers_[words[2]];
      if (!barrier) barrier = std::make_shared<DoubleBarrier>(zk(), words[2], std::stoi(words[3]));
      const auto member = barrier;
      auto wait = words[1] == "enter" ? member->enter(limits) : member->leave(limits);
      passed = co_await std::move(wait);
    }
    co_return word_of(passed.err);
  }

  // put PATH LAYOUT DATA PRIORITY ; take PATH LAYOUT MS
  Async<std::string> use_queue(Words words) {
    Queue queue(zk(), words[2], words[3] == "curator" ? QueueLayout::curator : QueueLayout::kazoo);
    if (words[1] == "put") {
      const int32_t priority = words[5].empty() ? kUsualPriority : std::stoi(words[5]);
      const Outcome<Nothing> put = co_await queue.put(words[4], priority);
      co_return word_of(put.err);
    }
    const Limits limits = within(words[4]);
    const Outcome<std::string> item = co_await queue.take(limits);
    co_return word_of(item.err) + " " + item.value;
  }

  // offer PATH DATA ; claim PATH MS ; finish PATH TAG
  Async<std::string> use_locking_queue(Words words) {
    LockingQueue queue(zk(), words[2]);
    if (words[1] == "offer") {
      const Outcome<Nothing> put = co_await queue.put(words[3]);
      co_return word_of(put.err);
    }
    if (words[1] == "claim") {
      const Limits limits = within(words[3]);
      Outcome<LockingQueue::Taken> taken = co_await queue.take(limits);
      const std::string item = taken.value.data;
      if (taken) claims_[words[0]] = std::move(taken.value);
      co_return word_of(taken.err) + " " + item;
    }
    const auto found = claims_.find(words[3]);
    if (found == claims_.end()) co_return "unknown";
    LockingQueue::Taken taken = std::move(found->second);
    claims_.erase(found);
    const Outcome<Nothing> done = co_await queue.finish(std::move(taken));
    co_return word_of(done.err);
  }

  // add PATH FORMAT DELTA ; number PATH FORMAT
  Async<std::string> count(Words words) {
    const CounterFormat format = words[3] == "int32"   ? CounterFormat::int32
                                 : words[3] == "int64" ? CounterFormat::int64
                                                       : CounterFormat::digits;
    Counter counter(zk(), words[2], format);
    const int64_t delta = words[4].empty() ? 0 : std::stoll(words[4]);
    auto change = words[1] == "add" ? counter.add(delta) : counter.get();
    const Outcome<int64_t> number = co_await std::move(change);
    co_return word_of(number.err) + " " + std::to_string(number.value);
  }

  // multi PATH PATH MS ; members PATH
  Async<std::string> use_others(Words words) {
    if (words[1] == "members") {
      const Outcome<std::vector<std::string>> all = co_await members(zk(), words[2]);
      std::string line = word_of(all.err);
      for (const std::string& member : all.value) line += " " + member;
      co_return line;
    }
    std::vector<std::string> paths;
    paths.push_back(words[2]);
    paths.push_back(words[3]);
    MultiLock locks(zk(), paths);
    const Limits limits = within(words[4]);
    Outcome<MultiLock::Holds> holds = co_await locks.acquire(limits);
    for (Hold& hold : holds.value.all) holds_[words[0] + hold.path()] = std::move(hold);
    co_return word_of(holds.err);
  }

  // observe PATH ; latch PATH STYLE ; member PATH IDENTIFIER
  std::string take_part(const Words& words) {
    const std::string tag = words[0];
    if (words[1] == "member") {
      watches_.push_back(std::make_shared<Member>(zk(), words[2], words[3]));
    } else if (words[1] == "observe") {
      Election election(zk(), words[2]);
      watches_.push_back(election.observe([tag](const std::optional<Leader>& leader) {
        say(tag + " leader " + (leader ? leader->identifier : ""));
      }));
    } else {
      LatchOptions options;
      options.naming = naming(words[3]);
      options.on_gained = [tag](Zxid fence) { say(tag + " gained " + std::to_string(fence.value)); };
      options.on_lost = [tag] { say(tag + " lost"); };
      watches_.push_back(std::make_shared<LeaderLatch>(zk(), words[2], options));
    }
    return "ok";
  }

  // watch PATH data|children|tree|branch|node; a branch is a node and its children
  std::string watch(const Words& words) {
    const std::string tag = words[0];
    if (words[3] == "tree" || words[3] == "branch" || words[3] == "node") {
      const size_t depth = words[3] == "node" ? 0 : words[3] == "branch" ? 1 : TreeCache::kAnyDepth;
      watches_.push_back(std::make_shared<TreeCache>(
          zk(), words[2],
          [tag](TreeCache::Change change, const std::string& path, const client::NodeData& node) {
            static constexpr const char* kChanges[] = {"created", "changed", "deleted"};
            say(tag + " " + kChanges[static_cast<int>(change)] + " " + path + " " + node.data);
          },
          nullptr, depth));
    } else if (words[3] == "data") {
      watches_.push_back(
          std::make_shared<DataWatch>(zk(), words[2], [tag](const std::optional<client::NodeData>& node) {
            say(tag + " data " + (node ? node->data : "-"));
          }));
    } else {
      watches_.push_back(std::make_shared<ChildrenWatch>(
          zk(), words[2], [tag](const std::optional<std::vector<std::string>>& names) {
            say(tag + " children " + (names ? std::to_string(names->size()) : "-"));
          }));
    }
    return "ok";
  }

  using OnLost = std::stop_callback<std::function<void()>>;

  std::map<std::string, Hold> holds_;
  std::map<std::string, std::unique_ptr<OnLost>> on_lost_;
  std::map<std::string, std::shared_ptr<DoubleBarrier>> barriers_;
  std::map<std::string, LockingQueue::Taken> claims_;
  std::vector<std::shared_ptr<void>> watches_;
};

}  // namespace
}  // namespace paddock::recipes

int main(int argc, char** argv) {
  return paddock::recipes::run_agent<paddock::recipes::Agent>(argc, argv);
}
