#include "server/config/validate.h"

namespace paddock::config {
namespace {

Status validate_ensemble(const Config& config, const std::string& file) {
  const size_t voters = config.membership.voter_count();
  const bool observers = voters != config.membership.members.size();
  if (voters == 0 && observers) {
    return make_fault("{}: there are observers but no participant among the server.N lines", file);
  }
  if (voters == 0 && !config.standalone_enabled) {
    return make_fault("{}: standaloneEnabled=false needs at least one server.N line", file);
  }
  if (voters == 1 && config.standalone_enabled && observers) {
    return make_fault("{}: observers need a quorum; one participant with standaloneEnabled runs alone", file);
  }
  if (voters == 0 || config.is_standalone()) return ok_status();
  if (config.init_limit_ticks == 0) return make_fault("{}: initLimit is not set", file);
  if (config.sync_limit_ticks == 0) return make_fault("{}: syncLimit is not set", file);
  return ok_status();
}

}  // namespace

Status validate(const Config& config, const std::string& file, bool membership_elsewhere) {
  if (config.data_dir.empty()) return make_fault("{}: dataDir is not set", file);
  if (config.client_port < 0 && !config.client_port_address.empty()) {
    return make_fault("{}: clientPortAddress is set but clientPort is not", file);
  }
  if (config.secure_client_port < 0 && !config.secure_client_port_address.empty()) {
    return make_fault("{}: secureClientPortAddress is set but secureClientPort is not", file);
  }
  const int64_t least =
      config.min_session_timeout_ms < 0 ? int64_t{config.tick_ms} * 2 : config.min_session_timeout_ms;
  const int64_t most =
      config.max_session_timeout_ms < 0 ? int64_t{config.tick_ms} * 20 : config.max_session_timeout_ms;
  if (least > most) {
    return make_fault("{}: minSessionTimeout ({} ms) must not be larger than maxSessionTimeout ({} ms)", file,
                      least, most);
  }
  return membership_elsewhere ? ok_status() : validate_ensemble(config, file);
}

}  // namespace paddock::config
