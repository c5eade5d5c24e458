// ServiceRegistration: an instance of a service that is registered for as long as this object is there, in
// the layout of Curator's service discovery: <base>/<name>/<id>.
//
//   ServiceRegistration here(zk, "/services", make_service_instance("web", "10.0.0.7", 8080));
//   co_await here.registered();
//
// Invariants
// 1. The id is ours: a node of that name that another session has left, or somebody else has made, is
//    replaced, once for each session of ours. So whoever registers last has the place, and two that are alive
//    do not fight for it.
// 2. After a lost session the instance is registered again, and after somebody has deleted the node.
// 3. The node is written when we have something to say: at first, with update(), and for a new session. What
//    somebody else writes in between, to disable the instance for example, stays until then.
// 4. A dynamic instance goes with this object. A fixed or permanent one stays, for that is what they are for;
//    unregister() takes it away.
//
// Thread rule: the client's executor.
#pragma once

#include <memory>
#include <string>

#include "client/recipes/background.h"
#include "client/recipes/bell.h"
#include "client/recipes/hold.h"
#include "client/recipes/service_instance.h"

namespace paddock::recipes {

class ServiceRegistration {
 public:
  ServiceRegistration(ClientPtr zk, const std::string& base, ServiceInstance instance);
  ~ServiceRegistration() = default;

  // True: it was there, and ours, when last looked at.
  bool is_registered() const { return state_->present; }
  // Waits until it is there. bad_arguments: no JSON for a payload, a name or id that is none of a node, or
  // ServiceType::sequential, which its own maker cannot find again.
  Async<Outcome<Nothing>> registered(Limits limits = {});
  // Of the same name, id and type: what is told from now on; waits until it is. operation_timeout: it will
  // be.
  Async<Outcome<Nothing>> update(ServiceInstance instance, Limits limits = {});
  // For good. operation_timeout: it will be.
  Async<Outcome<Nothing>> unregister(Limits limits = {});

 private:
  struct State {
    State(const boost::asio::any_io_executor& executor, ServiceInstance what);
    void say(const ServiceInstance& what);

    client::Wakeup wake;  // of keep()
    Bell bell;
    ServiceInstance instance;
    std::string data;
    uint64_t wanted = 0;  // counts what we have had to say
    uint64_t said = 0;    // so much of it the node has been told
    uint64_t tried = 0;   // of so much the latest attempt knew
    bool present = false;
    bool leaving = false;
    bool gone = false;
    ErrorCode err = ErrorCode::ok;  // of the latest attempt
  };
  using StatePtr = std::shared_ptr<State>;

  static Async<void> keep(ClientPtr zk, std::string path, StatePtr state, std::stop_token stop);
  Async<Outcome<Nothing>> until_said(Limits limits);

  const StatePtr state_;
  Background background_;
};

}  // namespace paddock::recipes
