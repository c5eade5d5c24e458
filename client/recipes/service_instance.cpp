#include "client/recipes/service_instance.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <limits>
#include <nlohmann/json.hpp>

#include "client/helpers.h"

namespace paddock::recipes {
namespace {

// Keeps the order of the members: that of a payload is the writer's.
using Json = nlohmann::ordered_json;

struct TypeName {
  ServiceType type;
  std::string_view name;
  std::string_view lower;
};
constexpr std::array<TypeName, 4> kTypes = {
    {{ServiceType::dynamic, "DYNAMIC", "dynamic"},
     {ServiceType::fixed, "STATIC", "static"},
     {ServiceType::permanent, "PERMANENT", "permanent"},
     {ServiceType::sequential, "DYNAMIC_SEQUENTIAL", "dynamic_sequential"}}};

const TypeName& name_of(ServiceType type) {
  return *std::find_if(kTypes.begin(), kTypes.end(),
                       [&](const TypeName& known) { return known.type == type; });
}

std::string dump(const Json& value) {
  return value.dump(-1, ' ', false, Json::error_handler_t::replace);
}

// Reads members of an object; after the first that is of another kind than it should be `ok` is false.
struct Reader {
  const Json& object;
  bool ok = true;

  const Json* member(const char* key) const {
    const auto found = object.find(key);
    return found == object.end() || found->is_null() ? nullptr : &*found;
  }
  std::optional<std::string> text(const char* key) {
    const Json* const value = member(key);
    if (value == nullptr) return std::nullopt;
    ok &= value->is_string();
    return value->is_string() ? std::optional(value->get<std::string>()) : std::nullopt;
  }
  std::optional<int64_t> integer(const char* key) {
    const Json* const value = member(key);
    if (value == nullptr) return std::nullopt;
    ok &= value->is_number_integer();
    return value->is_number_integer() ? std::optional(value->get<int64_t>()) : std::nullopt;
  }
  std::optional<int32_t> port(const char* key) {
    const auto number = integer(key);
    if (!number) return std::nullopt;
    ok &= *number == static_cast<int32_t>(*number);
    return static_cast<int32_t>(*number);
  }
  bool flag(const char* key, bool otherwise) {
    const Json* const value = member(key);
    if (value == nullptr) return otherwise;
    ok &= value->is_boolean();
    return value->is_boolean() ? value->get<bool>() : otherwise;
  }
  ServiceType type(const char* key) {
    const auto name = text(key);
    if (!name) return ServiceType::dynamic;
    const auto found = std::find_if(kTypes.begin(), kTypes.end(),
                                    [&](const TypeName& known) { return known.name == *name; });
    ok &= found != kTypes.end();
    return found != kTypes.end() ? found->type : ServiceType::dynamic;
  }
  std::optional<UriSpec> uri_spec(const char* key) {
    const Json* const value = member(key);
    if (value == nullptr) return std::nullopt;
    UriSpec spec;
    const Json* const parts = value->is_object() ? Reader{*value}.member("parts") : nullptr;
    ok &= value->is_object() && (parts == nullptr || parts->is_array());
    if (!ok || parts == nullptr) return spec;
    for (const Json& part : *parts) {
      ok &= part.is_object();
      if (!part.is_object()) return spec;
      Reader reader{part};
      const auto text = reader.text("value");
      spec.parts.push_back({text.value_or(""), reader.flag("variable", false)});
      ok &= reader.ok;
    }
    return spec;
  }
};

template <class T>
Json or_null(const std::optional<T>& value) {
  return value ? Json(*value) : Json();
}

Json as_json(const std::optional<UriSpec>& spec) {
  if (!spec) return {};
  Json parts = Json::array();
  for (const UriSpec::Part& part : spec->parts) {
    Json member;
    member["value"] = part.value;
    member["variable"] = part.variable;
    parts.push_back(std::move(member));
  }
  Json object;
  object["parts"] = std::move(parts);
  return object;
}

}  // namespace

std::string ServiceInstance::uri(const UriSpec::Variables& more) const {
  if (!uri_spec) return {};
  const auto text = [](const auto& number) { return number ? std::to_string(*number) : std::string(); };
  UriSpec::Variables variables = more;
  const UriSpec::Variables own = {{"scheme", ssl_port ? "https" : "http"},
                                  {"name", name},
                                  {"id", id},
                                  {"address", address.value_or("")},
                                  {"port", text(port)},
                                  {"ssl-port", text(ssl_port)},
                                  {"registration-time-utc", std::to_string(registered_at_ms)},
                                  {"service-type", std::string(name_of(type).lower)}};
  variables.insert(own.begin(), own.end());
  return uri_spec->build(variables);
}

ServiceInstance make_service_instance(std::string name, std::string address, int32_t port) {
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  ServiceInstance instance{std::move(name), client::with_dashes(client::make_guid())};
  instance.address = std::move(address);
  instance.port = port;
  instance.registered_at_ms = std::chrono::duration_cast<std::chrono::milliseconds>(now).count();
  return instance;
}

std::optional<ServiceInstance> parse_instance(std::string_view data) {
  const Json object = Json::parse(data, nullptr, false);
  if (!object.is_object()) return std::nullopt;
  Reader reader{object};
  const auto name = reader.text("name"), id = reader.text("id");
  if (!name || !id) return std::nullopt;
  ServiceInstance instance{*name, *id};
  instance.address = reader.text("address");
  instance.port = reader.port("port");
  instance.ssl_port = reader.port("sslPort");
  if (const Json* const payload = reader.member("payload")) instance.payload = dump(*payload);
  instance.registered_at_ms = reader.integer("registrationTimeUTC").value_or(0);
  instance.type = reader.type("serviceType");
  instance.uri_spec = reader.uri_spec("uriSpec");
  instance.enabled = reader.flag("enabled", true);
  return reader.ok ? std::optional(std::move(instance)) : std::nullopt;
}

std::optional<std::string> format_instance(const ServiceInstance& instance) {
  Json payload = Json::parse(instance.payload, nullptr, false);
  if (payload.is_discarded()) return std::nullopt;
  Json object;
  object["name"] = instance.name;
  object["id"] = instance.id;
  object["address"] = or_null(instance.address);
  object["port"] = or_null(instance.port);
  object["sslPort"] = or_null(instance.ssl_port);
  object["payload"] = std::move(payload);
  object["registrationTimeUTC"] = instance.registered_at_ms;
  object["serviceType"] = name_of(instance.type).name;
  object["uriSpec"] = as_json(instance.uri_spec);
  if (!instance.enabled) object["enabled"] = false;
  return dump(object);
}

std::string json_text(const std::string& text) {
  return dump(Json(text));
}

}  // namespace paddock::recipes
