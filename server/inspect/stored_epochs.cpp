#include "server/inspect/stored_epochs.h"

#include "server/store/epoch_file.h"
#include "server/store/java_directory.h"

namespace paddock::inspect {

Result<std::optional<store::Epochs>> epochs_beside(store::Env& env, const LogPlace& log, Zxid last) {
  const std::optional<store::Epochs> none;
  if (log.directory.empty()) return none;
  if (log.maker == Maker::paddock) return store::read_epochs(env, log.directory);
  const auto there = env.exists(log.directory + "/currentEpoch");
  if (!there.ok()) return there.fault();
  if (!*there) return none;  // a standalone server has none, nor has a dataLogDir
  const auto epochs = store::read_java_epochs(env, {log.directory, log.directory}, last);
  if (!epochs.ok()) return epochs.fault();
  return std::optional(*epochs);
}

}  // namespace paddock::inspect
