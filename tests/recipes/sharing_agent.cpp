// The agent (line_agent.h) for what is shared out: leases, parts of a set, services.
#include <map>

#include "client/helpers.h"
#include "client/recipes/lease.h"
#include "client/recipes/service_discovery.h"
#include "client/recipes/service_provider.h"
#include "client/recipes/service_registration.h"
#include "client/recipes/set_partitioner.h"
#include "line_agent.h"

namespace paddock::recipes {
namespace {

class SharingAgent : public LineAgent {
 public:
  using LineAgent::LineAgent;

 private:
  void drop_all() override {
    partitioners_.clear();
    registrations_.clear();
    providers_.clear();
  }

  Async<std::string> perform(Words words) override {
    const std::string& command = words[1];
    if (command == "lease" || command == "slot" || command == "give_back")
      co_return co_await use_lease(words);
    if (command == "partition" || command == "release_set" || command == "leave") co_return partition(words);
    if (command == "register" || command == "replace" || command == "unregister")
      co_return co_await use_registration(words);
    if (command == "names" || command == "instances" || command == "instance")
      co_return co_await query(words);
    if (command == "provide" || command == "pick" || command == "failed") co_return co_await provide(words);
    co_return "unknown";
  }

  // lease PATH DURATION-MS WHO NOW-MS ; slot PATH DURATION-MS WHO COUNT ; give_back PATH - WHO
  Async<std::string> use_lease(Words words) {
    LeaseOptions options;
    options.identifier = words[4];
    const int64_t duration_ms = words[3] == "-" ? 0 : std::stoll(words[3]);
    if (words[1] == "lease" && !words[5].empty()) {
      const WallTime now{std::chrono::milliseconds(std::stoll(words[5]))};
      options.now = [now] { return now; };
    }
    if (words[1] == "give_back") {
      Lease lease(zk(), words[2], duration_ms, options);
      const Outcome<Nothing> given = co_await lease.give_back();
      co_return word_of(given.err);
    }
    Outcome<LeaseTerm> term;
    if (words[1] == "slot") {
      MultiLease lease(zk(), words[2], std::stoul(words[5]), duration_ms, options);
      term = co_await lease.obtain();
    } else {
      Lease lease(zk(), words[2], duration_ms, options);
      term = co_await lease.obtain();
    }
    if (!term) co_return word_of(term.err);
    co_return "ok " + std::string(term.value.ours ? "ours " : "theirs ") + term.value.holder + " " +
        std::to_string(term.value.fence.value) + " " + std::to_string(term.value.slot);
  }

  // partition PATH ITEM,ITEM... WHO BOUNDARY-MS ; release_set TAG ; leave TAG
  std::string partition(const Words& words) {
    if (words[1] != "partition") {
      const auto found = partitioners_.find(words[2]);
      if (found == partitioners_.end()) return "unknown";
      if (words[1] == "leave") partitioners_.erase(found);
      if (words[1] == "release_set") found->second->release_set();
      return "ok";
    }
    PartitionOptions options;
    options.identifier = words[4];
    options.time_boundary_ms = std::stoll(words[5]);
    std::vector<std::string> items;
    std::istringstream list(words[3]);
    for (std::string item; std::getline(list, item, ',');) items.push_back(item);
    const auto partitioner = std::make_shared<SetPartitioner>(zk(), words[2], items, options);
    partitioners_[words[0]] = partitioner;
    boost::asio::co_spawn(zk()->executor(), tell_states(words[0], partitioner), boost::asio::detached);
    return "ok";
  }

  static Async<void> tell_states(std::string tag, std::weak_ptr<SetPartitioner> weak) {
    static constexpr const char* kStates[] = {"allocating", "acquired", "release", "failure"};
    auto seen = SetPartitioner::State::allocating;
    while (seen != SetPartitioner::State::failure) {
      auto partitioner = weak.lock();
      if (!partitioner) co_return;
      auto change = partitioner->next_state(seen);
      partitioner = nullptr;  // whoever drops it must not wait for us
      const Outcome<SetPartitioner::State> now = co_await std::move(change);
      seen = now.value;
      std::string line = tag + " " + kStates[static_cast<int>(seen)];
      partitioner = weak.lock();
      if (partitioner && seen == SetPartitioner::State::acquired) {
        for (const SetPartitioner::Part& part : partitioner->parts()) line += " " + part.item;
      }
      say(line);
    }
  }

  // register BASE NAME ID PORT [TYPE] ; replace TAG PORT ; unregister TAG
  Async<std::string> use_registration(Words words) {
    if (words[1] == "register") {
      ServiceInstance instance{words[3], words[4]};
      instance.address = "127.0.0.1";
      instance.port = std::stoi(words[5]);
      instance.registered_at_ms = 1700000000000;
      if (words.size() > 6 && words[6] == "fixed") instance.type = ServiceType::fixed;
      const auto made = std::make_shared<ServiceRegistration>(zk(), words[2], instance);
      instances_[words[0]] = instance;
      registrations_[words[0]] = made;
      const Outcome<Nothing> there = co_await made->registered();
      co_return word_of(there.err);
    }
    const auto found = registrations_.find(words[2]);
    if (found == registrations_.end()) co_return "unknown";
    const auto registration = found->second;
    if (words[1] == "replace") {
      ServiceInstance& instance = instances_[words[2]];
      instance.port = std::stoi(words[3]);
      const Outcome<Nothing> told = co_await registration->update(instance);
      co_return word_of(told.err);
    }
    const Outcome<Nothing> gone = co_await registration->unregister();
    registrations_.erase(words[2]);
    co_return word_of(gone.err);
  }

  // names BASE ; instances BASE NAME ; instance BASE NAME ID
  Async<std::string> query(Words words) {
    std::string line;
    if (words[1] == "names") {
      const Outcome<std::vector<std::string>> names = co_await service_names(zk(), words[2]);
      for (const std::string& name : names.value) line += " " + name;
      co_return word_of(names.err) + line;
    }
    if (words[1] == "instances") {
      const Outcome<std::vector<ServiceInstance>> all = co_await service_instances(zk(), words[2], words[3]);
      for (const ServiceInstance& instance : all.value) line += " " + instance.id;
      co_return word_of(all.err) + line;
    }
    const Outcome<std::optional<ServiceInstance>> one =
        co_await service_instance(zk(), words[2], words[3], words[4]);
    if (one.value) line = " " + format_instance(*one.value).value_or("");
    co_return word_of(one.err) + line;
  }

  // provide BASE NAME STRATEGY ; pick TAG ; failed TAG ID
  Async<std::string> provide(Words words) {
    if (words[1] == "provide") {
      ProviderOptions options;
      options.strategy = words[4] == "sticky"   ? PickStrategy::sticky
                         : words[4] == "random" ? PickStrategy::random
                                                : PickStrategy::round_robin;
      options.on_change = [tag = words[0]](const InstancePicker::Instances& all) {
        std::string line = tag + " instances";
        for (const auto& [id, instance] : all)
          line += " " + id + ":" + std::to_string(instance.port.value_or(0));
        say(line);
      };
      const auto provider = std::make_shared<ServiceProvider>(zk(), words[2], words[3], options);
      providers_[words[0]] = provider;
      const bool ready = co_await provider->ready();
      co_return ready ? "ready" : "unready";
    }
    const auto found = providers_.find(words[2]);
    if (found == providers_.end()) co_return "unknown";
    if (words[1] == "failed") {
      const auto failed = found->second->instances().find(words[3]);
      if (failed != found->second->instances().end()) found->second->note_error(failed->second);
      co_return "ok";
    }
    const auto picked = found->second->pick();
    co_return "ok " + (picked ? picked->id : "-");
  }

  std::map<std::string, std::shared_ptr<SetPartitioner>> partitioners_;
  std::map<std::string, ServiceInstance> instances_;
  std::map<std::string, std::shared_ptr<ServiceRegistration>> registrations_;
  std::map<std::string, std::shared_ptr<ServiceProvider>> providers_;
};

}  // namespace
}  // namespace paddock::recipes

int main(int argc, char** argv) {
  return paddock::recipes::run_agent<paddock::recipes::SharingAgent>(argc, argv);
}
