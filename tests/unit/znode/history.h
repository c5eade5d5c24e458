// Random but legal histories: transactions as a leader would make them, drawn against a model that follows.
#pragma once

#include <random>
#include <string>
#include <utility>
#include <vector>

#include "model.h"

namespace paddock::znode::test {

class History {
 public:
  // `start`: what the first transaction finds.
  History(uint32_t seed, Model start) : random_(seed), model_(std::move(start)) {}

  // The next transaction, encoded, with the digest that the model predicts.
  std::string next();
  // After the transactions drawn so far.
  const Model& model() const { return model_; }

 private:
  using Operation = std::pair<client::OpCode, std::string>;  // a type and its record

  uint32_t below(uint32_t limit) { return random_() % limit; }
  std::string random_path();  // may exist or not
  std::optional<std::string> random_data();
  AclView random_acl();
  int64_t random_session();

  // Each changes the model and gives the operation, or does nothing where it would be refused.
  std::optional<Operation> draw();
  std::optional<Operation> create(const std::string& path);
  std::optional<Operation> remove(const std::string& path);
  std::optional<Operation> set_data(const std::string& path);
  std::optional<Operation> set_acl(const std::string& path);
  Operation multi();
  Operation failed_multi();
  Operation create_session();
  Operation close_session();

  std::mt19937 random_;
  Model model_;
  int64_t zxid_ = 0;
  int64_t session_ = 0;  // of the transaction being drawn
};

}  // namespace paddock::znode::test
