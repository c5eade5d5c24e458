// ServiceProvider: the instances of one service, kept at hand, and one of them for each request. The layout
// is that of Curator's service discovery (service_instance.h).
//
//   ServiceProvider web(zk, "/services", "web");
//   co_await web.ready();
//   const std::optional<ServiceInstance> instance = web.pick();
//   if (!call(*instance)) web.note_error(*instance);
//
// The copy is a TreeCache: without a server it stays as it was last. Nodes that hold no instance are passed
// over.
//
// Thread rule: the client's executor.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "client/recipes/bell.h"
#include "client/recipes/hold.h"
#include "client/recipes/instance_picker.h"
#include "client/recipes/tree_cache.h"

namespace paddock::recipes {

struct ProviderOptions {
  PickStrategy strategy = PickStrategy::round_robin;
  DownPolicy down = {};
  // After each change, with all there are; may not destroy the provider.
  std::function<void(const InstancePicker::Instances&)> on_change = nullptr;
};

class ServiceProvider {
 public:
  ServiceProvider(ClientPtr zk, const std::string& base, const std::string& name,
                  ProviderOptions options = {});

  // False: what there is has not all been read before a limit was reached.
  Async<bool> ready(Limits limits = {});
  // For one request. Nothing: none is there, enabled and not down.
  std::optional<ServiceInstance> pick();
  // The request has failed for want of an answer.
  void note_error(const ServiceInstance& instance);
  // All, those too that are down or not enabled; by id.
  const InstancePicker::Instances& instances() const { return state_->instances; }

 private:
  struct State {
    State(const boost::asio::any_io_executor& executor, ProviderOptions how);
    void changed(TreeCache::Change change, const std::string& id, const std::string& data);

    const ProviderOptions options;
    InstancePicker picker;
    Bell bell;
    InstancePicker::Instances instances;
    bool complete = false;
  };

  const std::shared_ptr<State> state_;
  TreeCache cache_;
};

}  // namespace paddock::recipes
