#include "client/recipes/service_provider.h"

#include <chrono>

#include "client/recipes/naming.h"

namespace paddock::recipes {
namespace {

int64_t now_ms() {
  const auto now = std::chrono::steady_clock::now().time_since_epoch();
  return std::chrono::duration_cast<std::chrono::milliseconds>(now).count();
}

}  // namespace

ServiceProvider::State::State(const boost::asio::any_io_executor& executor, ProviderOptions how)
    : options(std::move(how)),
      picker(options.strategy, options.down, std::random_device()()),
      bell(executor) {}

// By the node's name: a sequential instance does not know its number.
void ServiceProvider::State::changed(TreeCache::Change change, const std::string& id,
                                     const std::string& data) {
  auto instance = change == TreeCache::Change::deleted ? std::nullopt : parse_instance(data);
  if (instance) {
    instances.insert_or_assign(id, std::move(*instance));
  } else if (instances.erase(id) == 0) {
    return;
  }
  if (options.on_change) options.on_change(instances);
}

ServiceProvider::ServiceProvider(ClientPtr zk, const std::string& base, const std::string& name,
                                 ProviderOptions options)
    : state_(std::make_shared<State>(zk->executor(), std::move(options))),
      cache_(
          zk, child_path(base, name),
          [state = state_, above = child_path(base, name) + "/"](
              TreeCache::Change change, const std::string& path, const client::NodeData& node) {
            if (!path.starts_with(above)) return;  // the name itself
            state->changed(change, path.substr(above.size()), node.data);
          },
          [state = state_] {
            state->complete = true;
            state->bell.ring();
          },
          1) {}

Async<bool> ServiceProvider::ready(Limits limits) {
  return state_->bell.until([state = state_] { return state->complete; }, std::move(limits));
}

std::optional<ServiceInstance> ServiceProvider::pick() {
  const ServiceInstance* const picked = state_->picker.pick(state_->instances, now_ms());
  return picked ? std::optional(*picked) : std::nullopt;
}

void ServiceProvider::note_error(const ServiceInstance& instance) {
  state_->picker.note_error(instance, now_ms());
}

}  // namespace paddock::recipes
