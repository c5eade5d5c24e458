#include "server/main/export_command.h"

#include <filesystem>

#include "server/config/config.h"
#include "server/main/settings.h"
#include "server/store/java_export.h"

namespace paddock {
namespace {

struct Source {
  store::StoreOptions store;
  znode::Options znode;
};

Result<Source> source_of(const std::string& argument) {
  std::error_code ignored;
  if (std::filesystem::is_directory(argument, ignored)) {
    Source source;
    source.store.data_dir = argument;
    return source;
  }
  const auto config = config::load_config({{argument}, ""});
  if (!config) return config.fault();
  const auto settings = settings_of(*config);
  if (!settings) return settings.fault();
  return Source{settings->store, settings->znode};
}

}  // namespace

Result<std::string> run_export(const std::vector<std::string>& arguments) {
  if (arguments.size() != 2) return make_fault("--export wants ZOO_CFG or DATADIR, and a target directory");
  const auto source = source_of(arguments[0]);
  if (!source) return source.fault();
  const auto exported = store::export_to_java(store::posix_env(), source->store, source->znode, arguments[1]);
  if (!exported) return exported.fault();
  return fmt::format(
      "{}/version-2: a snapshot of {} nodes at zxid 0x{:x}, log up to 0x{:x}. Do not start this server on "
      "its data "
      "again while a server uses the copy.\n",
      arguments[1], exported->nodes, exported->snapshot.value, exported->last.value);
}

}  // namespace paddock
