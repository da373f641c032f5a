// The names that the models and the platform define.
#pragma once

#include "base/diagnostics.hpp"
#include "catalog/catalog.hpp"

#include <string>
#include <vector>

namespace cmksim::schema {

/// A field of a service's resources, with every value that some version of its model knows.
struct KnownProperty {
    std::string name;
    std::vector<std::string> values;
    bool canChange = false; // in some version
};

/// What all versions of a service's model know.
struct KnownService {
    std::string name;
    std::vector<std::string> versions;
    std::vector<std::string> states;
    std::vector<KnownProperty> properties;
};

/// Everything that a scenario can name and that does not stand in it; each list without repetitions.
struct KnownWords {
    std::vector<KnownService> services;
    std::vector<std::string> serviceNames;
    std::vector<std::string> states; // of any service
    std::vector<std::string> operations;
    std::vector<KnownProperty> changeable; // properties of any service that an update can change
    std::vector<std::string> roles;
    std::vector<std::string> permissions;
    std::vector<std::string> keyTypes;
    std::vector<std::string> vaultKinds;
    int retentionDaysLeast = 0;
    int retentionDaysMost = 0;
};

/// Reads all models of a catalog.
KnownWords knownWords(Catalog& catalog, Diagnostics& diagnostics);

} // namespace cmksim::schema
