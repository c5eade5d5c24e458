// Who offers a service, and who looks for one.
#include "client/recipes/service_discovery.h"
#include "client/recipes/service_provider.h"
#include "client/recipes/service_registration.h"
#include "tests/recipe_sim/contenders.h"
#include "tests/sim/rules.h"

namespace paddock::recipe_sim {
namespace {

using recipes::ServiceInstance;
using recipes::ServiceRegistration;

const sim::Chronicle& truth(Seat& seat) {
  return seat.stage().world.rules->chronicle();
}

// What all programs offer now.
recipes::InstancePicker::Instances offered(Seat& seat) {
  recipes::InstancePicker::Instances all;
  const Zxid now = truth(seat).last();
  for (const std::string& id : truth(seat).children(kOffersPath, now)) {
    const auto node = truth(seat).node(fmt::format("{}/{}", kOffersPath, id), now);
    const auto instance = recipes::parse_instance(node->data);
    if (instance) all[id] = *instance;
  }
  return all;
}

ServiceInstance make_offer(Seat& seat, std::string id, int32_t port) {
  ServiceInstance offer;
  offer.name = "web";
  offer.id = std::move(id);
  offer.port = port;
  offer.registered_at_ms = seat.stage().world.scheduler.now().ms();
  return offer;
}

// Is told, again and again something else, until it has had enough.
Async<void> offer(Seat& seat, ServiceRegistration& here, ServiceInstance now) {
  while (!seat.over() && !seat.random().one_in(6)) {
    const Limits limits = seat.short_patience();
    Async<Outcome<client::Nothing>> asked =
        seat.random().one_in(2) ? here.registered(limits)
                                : here.update(now = make_offer(seat, now.id, *now.port + 1), limits);
    const Outcome<client::Nothing> told = co_await std::move(asked);
    if (!told) seat.went_without(told.err);
    const auto all = offered(seat);
    const auto found = all.find(now.id);
    seat.court().require(!told || found == all.end() || found->second == now, "S1",
                         "p{} is told that its offer is updated, and it is the old one",
                         seat.program().number());
    if (here.is_registered() && found != all.end() && found->second == now) seat.progressed();
    co_await seat.rest();
  }
}

}  // namespace

// R6: who is told that his offer is gone finds nothing of it. In the end everybody knows of what there is.
Async<void> use_services(Seat seat) {
  const recipes::ServiceProvider provider(seat.zk(), std::string(kServicesPath), "web");
  for (int round = 1; !seat.over(); ++round) {
    // Never the same again: the last one may still be leaving.
    const ServiceInstance first = make_offer(seat, fmt::format("{}.{}", seat.program().number(), round), 1);
    ServiceRegistration here(seat.zk(), std::string(kServicesPath), first);
    co_await offer(seat, here, first);
    if (seat.random().one_in(3)) continue;  // by its destructor
    const Limits limits = seat.patience();
    const Outcome<client::Nothing> gone = co_await here.unregister(limits);
    if (!gone) seat.went_without(gone.err);
    seat.court().require(!gone || !offered(seat).contains(first.id), "R6", "p{} is still registered",
                         seat.program().number());
    co_await seat.rest();
  }
  while (provider.instances() != offered(seat)) co_await seat.rest();
}

}  // namespace paddock::recipe_sim
