#include "client/shell/endpoint.h"

#include "client/shell/directory_tree.h"
#include "client/shell/json_tree.h"
#include "client/shell/zk_tree.h"

namespace paddock::client::shell {

ExitCode Endpoint::open() {
  if (place_.kind != Place::Kind::elsewhere) return ExitCode::ok;
  const auto servers = parse_connect_string(place_.servers);
  if (!servers) return shell_.wrong_usage(servers.fault().message);
  elsewhere_.emplace(*servers, shell_.options().connection, [](const Event&) {});
  const auto connected = elsewhere_->wait_connected();
  return connected ? ExitCode::ok : shell_.fail(elsewhere_->why_unconnected(), connected.fault().message);
}

std::unique_ptr<TreeSource> Endpoint::source(bool recursive, bool acl) {
  switch (place_.kind) {
    case Place::Kind::json:
      return std::make_unique<JsonSource>(shell_, place_.path);
    case Place::Kind::directory:
      return std::make_unique<DirectorySource>(shell_, place_.path);
    default:
      return std::make_unique<ZkSource>(shell_, connection(), place_.path, ZkTreeOptions{recursive, acl});
  }
}

std::unique_ptr<TreeSink> Endpoint::sink(const SinkOptions& options) {
  switch (place_.kind) {
    case Place::Kind::json:
      return std::make_unique<JsonSink>(shell_, place_.path);
    case Place::Kind::directory:
      return std::make_unique<DirectorySink>(shell_, place_.path,
                                             DirectorySinkOptions{options.overwrite, options.delete_rest});
    default:
      return std::make_unique<ZkSink>(shell_, connection(), place_.path,
                                      ZkSinkOptions{options.overwrite, options.delete_rest, options.acl});
  }
}

}  // namespace paddock::client::shell
