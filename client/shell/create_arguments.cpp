#include "client/shell/create_arguments.h"

#include "client/shell/text_forms.h"

namespace paddock::client::shell {
namespace {

Result<CreateMode> create_mode(const Arguments& arguments) {
  const bool ephemeral = arguments.has("-e");
  const bool sequential = arguments.has("-s");
  const bool ttl = arguments.has("-t");
  if (arguments.has("-c")) {
    if (ephemeral || sequential || ttl) return make_fault("create: -c stands alone");
    return CreateMode::container;
  }
  if (ttl) {
    if (ephemeral) return make_fault("create: an ephemeral node has no TTL; -e and -t exclude each other");
    return sequential ? CreateMode::persistent_sequential_ttl : CreateMode::persistent_ttl;
  }
  if (ephemeral) return sequential ? CreateMode::ephemeral_sequential : CreateMode::ephemeral;
  return sequential ? CreateMode::persistent_sequential : CreateMode::persistent;
}

}  // namespace

Result<CreateOptions> create_options(const Arguments& arguments, size_t acl_index) {
  const auto mode = create_mode(arguments);
  if (!mode) return mode.fault();
  const auto ttl_ms = arguments.number("-t");
  if (!ttl_ms) return ttl_ms.fault();
  CreateOptions options;
  options.mode = mode.value();
  options.ttl_ms = ttl_ms.value().value_or(0);
  if (arguments.count() > acl_index) {
    auto acl = parse_acl(arguments.at(acl_index));
    if (!acl) return acl.fault();
    options.acl = std::move(acl).value();
  }
  return options;
}

Result<int32_t> version_of(const Arguments& arguments) {
  const auto version = arguments.number("-v");
  if (!version) return version.fault();
  const int64_t number = version.value().value_or(-1);
  if (number < INT32_MIN || number > INT32_MAX) return make_fault("-v {} is out of range", number);
  return static_cast<int32_t>(number);
}

}  // namespace paddock::client::shell
