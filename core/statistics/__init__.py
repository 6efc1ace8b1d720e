"""Statistical tables (统计表): header trees and formulas of the district over the facts of the ledger."""
