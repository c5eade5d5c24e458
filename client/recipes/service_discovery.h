// What services there are, in the layout of Curator's service discovery: <base>/<name>/<id>
// (service_instance.h). Registering is service_registration.h; for one who asks again and again there is
// service_provider.h.
//
// Nodes that hold no instance are passed over; a base or a name that nobody has made yet has nobody in it.
//
// Thread rule: the client's executor.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "client/recipes/hold.h"
#include "client/recipes/service_instance.h"

namespace paddock::recipes {

// Sorted. A name stays when the last of its instances has gone.
Async<Outcome<std::vector<std::string>>> service_names(ClientPtr zk, std::string base, Limits limits = {});

// All of the name, by id; those that are not enabled too.
Async<Outcome<std::vector<ServiceInstance>>> service_instances(ClientPtr zk, std::string base,
                                                               std::string name, Limits limits = {});

// Nothing: there is none. marshalling_error: the node holds something else.
Async<Outcome<std::optional<ServiceInstance>>> service_instance(ClientPtr zk, std::string base,
                                                                std::string name, std::string id,
                                                                Limits limits = {});

// Takes away what somebody has registered and left: a fixed or permanent instance.
Async<Outcome<Nothing>> remove_service_instance(ClientPtr zk, std::string base, std::string name,
                                                std::string id, Limits limits = {});

}  // namespace paddock::recipes
