// What an action asks of a service.
#pragma once

#include "reference/modelled_resources.hpp"

namespace cmksim::reference {

struct ModelledResources::Request {
    const ModelledResource& resource;
    bool creates = false;
    std::string key;                      // that it names; empty: none
    std::optional<Credential> credential; // of the identity that it names
    std::optional<Answer> checked = {};   // the check that a rule asked for
};

} // namespace cmksim::reference
