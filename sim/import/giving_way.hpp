// What a known estate says of resources and a change says otherwise.
#pragma once

#include "import/estate_change.hpp"
#include "import/raw_import.hpp"

namespace cmksim::import {

/// The known estate without the keys, and the identities for them, of which the change tells on either side: what it
/// leads to says all of these, be it that nothing is there or that it is not known. Joined as another description of
/// what is, an old key would stand in for one that is not known, and an old identity for the default one. What is not
/// there afterwards stays as it is known.
RawImport withoutWhatChanges(RawImport known, const ReportedChange& reported);

} // namespace cmksim::import
