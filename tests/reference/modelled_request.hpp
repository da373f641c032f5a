// What an action asks of a service.
#pragma once

#include "reference/modelled_resources.hpp"

namespace cmksim::reference {

struct ModelledResources::Request {
    const ModelledResource& resource;
    const ModelledSlot& slot; // as it is; without a key where it is not there
    bool creates = false;
    std::string key;                      // that it names; empty: none
    std::optional<Credential> credential; // of the identity that it names
    std::optional<Answer> checked = {};   // the check that a rule asked for
};

} // namespace cmksim::reference
